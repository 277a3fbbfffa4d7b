"""A Hugging Face hub on loopback that has files in repositories."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.fakes.loopback import QuietHandler, listening

COMMIT = "a" * 40


@contextmanager
def hub(files: Mapping[str, bytes], told: Mapping[str, bytes] | None = None) -> Iterator[str]:
    """The address of a hub with `files`, each as owner/name/file; `told` are those whose hashes it gives out."""

    class Handler(QuietHandler):
        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, with_body: bool) -> None:
            path = urlsplit(self.path).path.strip("/")
            if path.startswith("api/models/"):
                repository = path.removeprefix("api/models/").split("/revision/")[0]
                found = {name: data for name, data in (told or files).items() if name.startswith(f"{repository}/")}
                return self._send(_described(repository, found) if found else None, {}, with_body)
            name = path.replace(f"/resolve/{COMMIT}/", "/").replace("/resolve/main/", "/")
            body = files.get(name)
            tag = hashlib.sha256(body or b"").hexdigest()
            size = str(len(body or b""))
            headers = {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT, "X-Linked-Etag": f'"{tag}"', "X-Linked-Size": size}
            return self._send(body, headers, with_body)

        def _send(self, body: bytes | None, headers: Mapping[str, str], with_body: bool) -> None:
            self.send_response(404 if body is None else 200)
            if body is None:
                self.send_header("X-Error-Code", "RepoNotFound")
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            if body and with_body:
                self.wfile.write(body)

    with listening(Handler) as address:
        yield address


def _described(repository: str, files: Mapping[str, bytes]) -> bytes:
    siblings = [
        {
            "rfilename": name.removeprefix(f"{repository}/"),
            "size": len(data),
            "blobId": "b" * 40,
            "lfs": {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130},
        }
        for name, data in files.items()
    ]
    return json.dumps({"id": repository, "modelId": repository, "sha": COMMIT, "siblings": siblings}).encode()
