// What to know about the whole trace.

import type { TraceModel } from "../trace/model";
import { count, duration, plural, printable } from "../trace/text";
import type { PanelState } from "./state";

export function Overview({ state }: { state: PanelState }) {
  state.grown.value;
  const { model } = state.session;
  return (
    <>
      <h2>{plural(model.tasks.length, "task")}</h2>
      <p class="dim">{outcomes(model)}</p>
      {model.loops.map((loop) => (
        <section key={loop.index}>
          <h3>
            Loop <bdi>{printable(loop.stream.name)}</bdi>
          </h3>
          <p>
            Busy {duration(loop.busy)}, idle {duration(loop.idle)}
          </p>
          <p class="dim">
            {plural(loop.steps, "step")}, {plural(loop.callbacks, "callback")}
          </p>
        </section>
      ))}
    </>
  );
}

function outcomes({ tasks }: TraceModel): string {
  const counts = { done: 0, failed: 0, cancelled: 0, going: 0 };
  for (const { outcome } of tasks) counts[outcome ?? "going"]++;
  const words = { done: "returned", failed: "failed", cancelled: "cancelled", going: "not ended" };
  const said = Object.entries(words).filter(([key]) => counts[key as "done"] > 0);
  return said.map(([key, word]) => `${count(counts[key as "done"])} ${word}`).join(", ");
}
