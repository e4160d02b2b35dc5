/** Which texts an expression may become, read from the source alone: what is known only when it runs is `unknown`. */
import ts from 'typescript'

/** Stands in a text for what only a run would tell. */
export const unknown = '…'

/** More alternatives than these are not followed: the rest of the text is unknown then. */
const maxAlternatives = 256
const maxDepth = 12

type Call = ts.CallExpression | ts.NewExpression

export class TextEvaluator {
  readonly #checker: ts.TypeChecker
  readonly #calls = new Map<ts.Symbol, Call[]>()
  /** What the call that is looked at passes. */
  readonly #passedNow = new Map<ts.ParameterDeclaration, string[]>()

  /** @param files whose calls tell what a parameter may be */
  constructor(checker: ts.TypeChecker, files: readonly ts.SourceFile[]) {
    this.#checker = checker
    for (const file of files) this.#collectCalls(file)
  }

  #collectCalls(node: ts.Node): void {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const symbol = this.#symbolOf(node.expression)
      if (symbol) this.#calls.set(symbol, [...(this.#calls.get(symbol) ?? []), node])
    }
    ts.forEachChild(node, (child) => this.#collectCalls(child))
  }

  /**
   * Every text that an expression may become; within a function that has parameters, for each of its calls with what that call passes
   * for all of them.
   */
  evaluateByCall(node: ts.Expression | undefined): string[] {
    const owner = node && ts.findAncestor(node, ts.isFunctionLike)
    const calls = owner ? this.#callsOf(owner) : []
    if (!owner || calls.length === 0) return this.evaluate(node)
    const texts = calls.flatMap(({ arguments: given }) => {
      this.#passedNow.clear()
      owner.parameters.forEach((parameter, i) => {
        if (ts.isParameter(parameter)) this.#passedNow.set(parameter, this.#argument(given, i, parameter, 0))
      })
      return this.evaluate(node)
    })
    this.#passedNow.clear()
    return [...new Set(texts)]
  }

  /** Every text that an expression may become. */
  evaluate(node: ts.Expression | undefined, depth = 0): string[] {
    if (node === undefined || depth > maxDepth) return [unknown]
    const texts = [...new Set(this.#alternatives(node, depth + 1))]
    return texts.length > maxAlternatives ? [unknown] : texts
  }

  #alternatives(node: ts.Expression, depth: number): string[] {
    if (ts.isStringLiteralLike(node)) return [node.text]
    if (ts.isTemplateExpression(node)) {
      return node.templateSpans.reduce(
        (texts, span) => product(product(texts, this.evaluate(span.expression, depth)), [span.literal.text]),
        [node.head.text],
      )
    }
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
      return this.evaluate(node.expression, depth)
    if (ts.isNonNullExpression(node)) return this.evaluate(node.expression, depth)
    if (ts.isConditionalExpression(node))
      return [...this.evaluate(node.whenTrue, depth), ...this.evaluate(node.whenFalse, depth)]
    if (ts.isBinaryExpression(node)) return this.#binary(node, depth)
    if (ts.isElementAccessExpression(node)) return this.#values(node.expression, depth)
    if (ts.isCallExpression(node)) return this.#returned(node, depth)
    if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) return this.#named(node, depth)
    return [unknown]
  }

  #binary({ left, right, operatorToken }: ts.BinaryExpression, depth: number): string[] {
    const [before, after] = [left, right].map((side) => this.evaluate(side, depth))
    switch (operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return product(before, after)
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.BarBarToken:
        return [...before, ...after]
      default:
        return [unknown]
    }
  }

  /** The values of an object or array literal, whichever of them is read. */
  #values(object: ts.Expression, depth: number): string[] {
    const declaration = this.#symbolOf(object)?.valueDeclaration
    let literal = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined
    while (literal && (ts.isAsExpression(literal) || ts.isSatisfiesExpression(literal))) literal = literal.expression
    if (!literal || !ts.isObjectLiteralExpression(literal)) return [unknown]
    return literal.properties.flatMap((property) =>
      ts.isPropertyAssignment(property) ? this.evaluate(property.initializer, depth) : [unknown],
    )
  }

  #returned({ expression }: ts.CallExpression, depth: number): string[] {
    const declaration = this.#symbolOf(expression)?.valueDeclaration
    const body = declaration && bodyOf(declaration)
    if (!body || body.getSourceFile().isDeclarationFile) return [unknown]
    if (!ts.isBlock(body)) return this.evaluate(body, depth)
    return returnsOf(body).flatMap((returned) => this.evaluate(returned, depth))
  }

  #named(node: ts.Identifier | ts.PropertyAccessExpression, depth: number): string[] {
    const declaration = this.#symbolOf(node)?.valueDeclaration
    if (!declaration || declaration.getSourceFile().isDeclarationFile) return [unknown]
    if (ts.isVariableDeclaration(declaration) && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const)
      return declaration.initializer ? this.evaluate(declaration.initializer, depth) : [unknown]
    if (ts.isPropertyAssignment(declaration)) return this.evaluate(declaration.initializer, depth)
    if (ts.isParameter(declaration)) return this.#passed(declaration, depth)
    return [unknown]
  }

  /** What the calls of its function pass for a parameter. */
  #passed(parameter: ts.ParameterDeclaration, depth: number): string[] {
    const now = this.#passedNow.get(parameter)
    if (now) return now
    const calls = this.#callsOf(parameter.parent)
    const index = parameter.parent.parameters.indexOf(parameter)
    if (calls.length === 0) return [unknown]
    return calls.flatMap(({ arguments: given }) => this.#argument(given, index, parameter, depth))
  }

  #argument(given: Call['arguments'], index: number, parameter: ts.ParameterDeclaration, depth: number): string[] {
    if (given?.some(ts.isSpreadElement)) return [unknown]
    return this.evaluate(given?.[index] ?? parameter.initializer, depth)
  }

  #callsOf(owner: ts.SignatureDeclaration): readonly Call[] {
    const name = ts.isVariableDeclaration(owner.parent) ? owner.parent.name : owner.name
    const symbol = name && this.#symbolOf(name)
    return (symbol && this.#calls.get(symbol)) ?? []
  }

  #symbolOf(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.#checker.getSymbolAtLocation(node)
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol
  }
}

function product(before: readonly string[], after: readonly string[]): string[] {
  const texts = before.flatMap((start) => after.map((end) => start + end))
  return texts.length > maxAlternatives ? before.map((start) => start + unknown) : texts
}

function bodyOf(declaration: ts.Declaration): ts.ConciseBody | undefined {
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) return declaration.body
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value.body : undefined
}

function returnsOf(body: ts.Node): ts.Expression[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(body, visit)
  return found
}
