// Functions that keep their thread, and with it the event loop, until they are done: data.
import type { Call } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { code, type Prose, prose } from "../prose";

const groups = [
  { names: /^time\.sleep$/, does: "sleeps", instead: true },
  { names: /^requests\.(?:get|post|put|patch|delete|head|options|request)$/, does: "waits for the network" },
  { names: /^httpx\.(?:get|post|put|patch|delete|head|options|request)$/, does: "waits for the network" },
  { names: /^urllib3?\.(?:request\.urlopen|request\.urlretrieve|request)$/, does: "waits for the network" },
  { names: /^socket\.(?:create_connection|getaddrinfo|gethostbyname)$/, does: "waits for the network" },
  {
    names: /^subprocess\.(?:run|call|check_call|check_output|getoutput|getstatusoutput)$|^os\.(?:system|wait|waitpid)$/,
    does: "waits for a process",
  },
  { names: /^builtins\.input$/, does: "waits for the keyboard" },
] as const;

export interface Blocked {
  readonly name: string;
  readonly does: string;
  readonly instead: Prose;
}

/** What a call of the function with this full name waits for, if it blocks. */
export function blocks(call: Call, name: string | undefined, tree: SyntaxTree): Blocked | undefined {
  const group = name === undefined ? undefined : groups.find(({ names }) => names.test(name));
  if (!group || name === undefined) return undefined;
  const [first] = call.args;
  // `sleep(0)` only hands the processor on.
  if (first && group.does === "sleeps" && /^0(?:\.0*)?$/.test(tree.slice(first.value))) return undefined;
  const instead =
    "instead" in group
      ? prose`Await ${code("asyncio.sleep")} instead.`
      : prose`${code("asyncio.to_thread")} moves the call into a thread.`;
  return { name: name.replace(/^builtins\./, ""), does: group.does, instead };
}
