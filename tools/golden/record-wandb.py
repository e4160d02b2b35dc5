"""Records what wandb's own client sends to a server on this machine: for a new run, and for one that goes on. For apps/trainer.

    python tools/golden/record-wandb.py > apps/trainer/test/fixtures/wandb-requests.json

The server gives the least that the client goes on with. Kept of a request: method, path, authorization, and of its body what a run
says of itself; what the client says of the machine, and requests without history, are left out.
"""
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

import wandb

RUN = """
import sys, wandb
run = wandb.init(project="mammo", id="ab12cd34", name="default", group="folds", tags=["x"], config={"training": {"lr": 0.1}}, resume="allow")
for step in map(int, sys.argv[2:]):
    run.log({"train/loss": 1 / step, "epoch": 1}, step=step)
run.finish(exit_code=int(sys.argv[1]))
"""
KEPT = ["name", "project", "entity", "displayName", "groupName", "tags", "config"]
requests = []
bucket = None


def operation(request):
    return request.get("operation")


def answer(body):
    query = body["query"]
    if "upsertBucket" in query:
        project = {"id": "p", "name": "mammo", "entity": {"id": "e", "name": "me"}}
        run = {"id": "r", "name": "ab12cd34", "displayName": "default", "config": "{}", "project": project, "historyLineCount": 0}
        return {"upsertBucket": {"bucket": run, "inserted": bucket is None}}
    if "RunResumeStatus" in query:
        return {"model": {"id": "p", "name": "mammo", "entity": {"id": "e", "name": "me"}, "bucket": bucket}}
    if "Viewer" in query:
        return {"viewer": {"id": "u", "entity": "me", "username": "me", "flags": "{}", "teams": {"edges": []}}}
    return {"createRunFiles": {"runID": "r", "uploadHeaders": [], "files": []}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kept = {"method": "POST", "path": self.path, "authorization": self.headers["Authorization"]}
        if "query" in body:
            kept["operation"] = body["query"].split("(")[0].split()[-1]
            variables = body.get("variables") or {}
            kept["variables"] = {key: variables[key] for key in KEPT if key in variables}
            if "config" in kept["variables"]:
                config = json.loads(kept["variables"]["config"])
                kept["variables"]["config"] = json.dumps({key: config[key] for key in config if key != "_wandb"})
            # Later ones say more about the machine.
            if kept["operation"] in ("RunResumeStatus", "UpsertBucket") and kept["operation"] not in map(operation, requests):
                requests.append(kept)
        else:
            files = body.get("files", {})
            body["files"] = {name: files[name] for name in files if "events" not in name}
            if "wandb-history.jsonl" in body["files"]:
                requests.append({**kept, "body": body})
        data = json.dumps({"data": answer(body)} if "query" in body else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with tempfile.TemporaryDirectory() as folder:
    address = f"http://127.0.0.1:{server.server_port}"
    environment = {"WANDB_BASE_URL": address, "WANDB_API_KEY": "0" * 40, "WANDB_ERROR_REPORTING": "false", "WANDB_SILENT": "true"}
    environment |= {"HOME": folder, "PATH": os.environ["PATH"], "WANDB_X_DISABLE_STATS": "true", "WANDB_CONSOLE": "off"}

    def train(*arguments):
        subprocess.run([sys.executable, "-c", RUN, *arguments], cwd=folder, env=environment, check=True, stdout=sys.stderr)
        return requests[:]

    new = train("0", "1", "2", "4")
    requests.clear()
    bucket = {"id": "r", "name": "ab12cd34", "historyLineCount": 3, "eventsLineCount": 0, "logLineCount": 0, "config": "{}", "tags": []}
    bucket |= {"summaryMetrics": '{"_step": 4}', "historyTail": '["{\\"_step\\": 4}"]', "eventsTail": "[]", "wandbConfig": '{"t": {}}'}
    resumed = train("0", "5", "8")
json.dump({"wandb": wandb.__version__, "new": new, "resumed": resumed}, sys.stdout, indent=1)
