# The part of record-comparisons.py that R's pROC computes: variances and paired tests after DeLong, raw partial areas.
# Rscript record-comparisons.R SAMPLE.csv OUT.csv
suppressMessages(library(pROC))
paths <- commandArgs(trailingOnly = TRUE)
sample <- read.csv(paths[1])
models <- setdiff(names(sample), "target")
rocs <- lapply(models, function(model) {
  roc(sample$target, sample[[model]], levels = c(0, 1), direction = "<", quiet = TRUE)
})
names(rocs) <- models
rows <- list()
add <- function(kind, first, second, value) {
  rows[[length(rows) + 1]] <<- data.frame(kind, first, second, value = sprintf("%.17g", value))
}
for (model in models) {
  add("auc", model, "", as.numeric(auc(rocs[[model]])))
  add("variance", model, "", var(rocs[[model]], method = "delong"))
  add("partialAreaTo10", model, "", as.numeric(auc(rocs[[model]], partial.auc = c(1, 0.9), partial.auc.focus = "specificity")))
}
for (pair in combn(models, 2, simplify = FALSE)) {
  test <- roc.test(rocs[[pair[1]]], rocs[[pair[2]]], method = "delong", paired = TRUE)
  add("z", pair[1], pair[2], test$statistic)
  add("p", pair[1], pair[2], test$p.value)
  add("low", pair[1], pair[2], test$conf.int[1])
  add("high", pair[1], pair[2], test$conf.int[2])
}
write.csv(do.call(rbind, rows), paths[2], row.names = FALSE)
