// Files on their way to the server: one after the other, each with its progress.

import { page } from "./dom.js";

// Hand a file in; gives its token. Rejects with the reason, in a line.
export function upload(file, name, onProgress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL(`upload?name=${encodeURIComponent(name)}`, page.baseURI));
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(request.response.token);
      else reject(new Error(request.response?.detail ?? `The server answered ${request.status}; try again.`));
    });
    request.addEventListener("error", () => reject(new Error("The server was not reached; try again.")));
    request.send(file);
  });
}
