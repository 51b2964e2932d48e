"""huggingface_hub against the server in HF_ENDPOINT: `download ID` or `upload FOLDER ID`; prints JSON."""

import json
import sys

from huggingface_hub import HfApi, hf_hub_download, snapshot_download


def download(repository: str) -> dict:
    return {"readme": hf_hub_download(repository, "README.md"), "folder": snapshot_download(repository)}


def upload(folder: str, repository: str) -> dict:
    api = HfApi()
    api.create_repo(repository, private=True)
    info = api.upload_folder(folder_path=folder, repo_id=repository, commit_message="Upload")
    return {"commit": info.oid}


commands = {"download": download, "upload": upload}
print(json.dumps(commands[sys.argv[1]](*sys.argv[2:])))
