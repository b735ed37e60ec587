import type { File, Reporter, Task } from "vitest"

const tests = (tasks: ReadonlyArray<Task>): ReadonlyArray<Task> =>
  tasks.flatMap((task) => (task.type === "suite" ? tests(task.tasks) : [task]))

/** Closes a run with one plain line, `Tests: N passed, N failed, N skipped`, for whoever reads only the end. */
export default class SummaryReporter implements Reporter {
  onFinished(files: Array<File> = [], errors: Array<unknown> = []): void {
    const all = tests(files)
    const passed = all.filter((task) => task.result?.state === "pass").length
    const broken = files.filter((file) => file.result?.state === "fail" && tests([file]).length === 0).length
    const failed = all.filter((task) => task.result?.state === "fail").length + errors.length + broken
    process.stdout.write(`\nTests: ${passed} passed, ${failed} failed, ${all.length - passed - failed} skipped\n`)
  }
}
