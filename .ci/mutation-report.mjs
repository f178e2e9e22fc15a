// Prints the results of gremlins: node mutation-report.mjs EXPLAINED DIRECTORY=RESULT…
// It fails for a survivor that the file EXPLAINED does not have. A survivor is named
// by its file, its kind, its line's text and its column in that text, which stay when
// other lines change.
import { readFileSync } from 'node:fs'

const [explainedFile, ...results] = process.argv.slice(2)
const explained = new Set(readFileSync(explainedFile, 'utf8').split('\n').filter((l) => l && !/^[#\s]/.test(l)))

function name(file, m) {
  const line = readFileSync(file, 'utf8').split('\n')[m.line - 1]
  const indent = line.length - line.trimStart().length
  return `${file} ${m.type}@${m.column - indent}: ${line.trim()}`
}

let unexplained = 0
for (const result of results) {
  const [dir, path] = result.split('=')
  const { files, mutants_killed: killed } = JSON.parse(readFileSync(path, 'utf8'))
  const all = files.flatMap((f) => f.mutations.map((m) => ({ ...m, name: name(`${dir}/${f.file_name}`, m) })))
  const of = (status) => all.filter((m) => m.status === status)
  const open = of('LIVED').filter((m) => !explained.has(m.name))
  unexplained += open.length
  const tested = killed + of('LIVED').length
  console.log(`${dir}: ${killed} of ${tested} changes noticed (${((100 * killed) / tested).toFixed(1)} %), ${of('LIVED').length - open.length} explained, ${of('TIMED OUT').length} without an end, ${of('NOT COVERED').length} not tested`)
  for (const m of open) console.log(`  ${m.name}`)
}
process.exitCode = unexplained > 0 ? 1 : 0
