// The panel's entry: connects the page to the host, and puts the chrome around the lanes.

import { render } from "preact";
import type { ToHost, ToView } from "../trace/messages";
import { Face, Notices, StatusBar, Toolbar } from "./chrome";
import { faceOf } from "./faces";
import { onKey } from "./input";
import { Lanes } from "./lanes";
import { later, more } from "./later";
import { Memory, type Store } from "./memory";
import { Side } from "./side";
import { PanelState } from "./state";

const Spoken = later(({ Spoken }) => Spoken);
const Help = later(({ Help }) => Help);

declare function acquireVsCodeApi(): Store & { postMessage(message: ToHost): void };

function Panel({ state }: { state: PanelState }) {
  state.grown.value;
  const face = faceOf(state.session);
  return (
    <div class="panel">
      <Toolbar state={state} face={face} />
      <Notices state={state} />
      <main class="body">
        {face ? <Face state={state} face={face} /> : <Lanes state={state} />}
        {!face && <Side state={state} />}
        <Spoken state={state} />
        <p id="keys" class="spoken">
          Arrow keys walk the segments, Enter opens the code, W and S zoom, A and D pan, 0 fits everything, F fits the
          selection, Escape clears it.
        </p>
      </main>
      <StatusBar state={state} bare={face !== undefined} />
      <Help state={state} />
    </div>
  );
}

function start(root: HTMLElement): void {
  const host = acquireVsCodeApi();
  const state = new PanelState(
    (message) => host.postMessage(message),
    () => performance.now() / 1000,
  );
  window.addEventListener("message", (event: MessageEvent<ToView | undefined>) => {
    if (event.data) state.receive(event.data);
  });
  const memory = new Memory(state, host);
  window.addEventListener("pagehide", () => memory.save());
  window.addEventListener("keydown", (event) => onKey(state, event));
  render(<Panel state={state} />, root);
  void more().then(({ complete }) => complete(state));
  host.postMessage({ kind: "hello" });
}

const root = document.getElementById("app");
if (root) start(root);
