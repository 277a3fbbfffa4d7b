// The way to the server: the component `bus` (layout.py) gives its trigger to whoever comes second.

let trigger = null;
let waiting = [];

function connect(given) {
  trigger = given;
  waiting.forEach(([what, data]) => (typeof what === "function" ? what() : given(what, data)));
  waiting = [];
}

// Do something once the window is drawn.
export function whenConnected(action) {
  if (trigger) action();
  else waiting.push([action]);
}

export function tell(name, data = {}) {
  if (trigger) trigger(name, data);
  else waiting.push([name, data]);
}

window.articleAssistantBus = connect;
if (window.articleAssistantTrigger) connect(window.articleAssistantTrigger);
