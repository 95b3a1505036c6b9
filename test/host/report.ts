// How a suite inside an editor tells the terminal what it does: an extension host's own console goes elsewhere, so its
// lines are written to a file, which survives an editor that crashes.

/** Names the environment variable that holds the report file's path. Where it is unset, the console is the report. */
export const reportVariable = "AWAITSCOPE_TEST_REPORT";

/** The report's name in the workspace folder: all that a web worker, without environment, can know of it. */
export const reportName = "report.txt";
