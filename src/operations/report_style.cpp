#include "operations/report_page.hpp"

namespace agente::operations {

std::string_view report_style() {
    return R"css(
:root { color-scheme: light dark; --page:#f3f5f8; --card:#fff; --ink:#18202c; --soft:#556072; --line:#dde2ea; --track:#e8ecf2;
  --one:#2b63d9; --two:#7fa8f2; --three:#aab6c8; --good:#16794a; --watch:#8f5b00; --bad:#b3261e; --note:#3c5a86;
  --goodbg:#e5f5ec; --watchbg:#fdf2dc; --badbg:#fde9e7; --notebg:#e8eef7; --head:#16243d; --headink:#fff; }
@media (prefers-color-scheme: dark) { :root { --page:#0f131a; --card:#181e28; --ink:#e8ecf3; --soft:#a3aec0; --line:#2b3342; --track:#262e3c;
  --one:#6c9dff; --two:#3d68b5; --three:#66728a; --good:#62d49c; --watch:#f2bd5c; --bad:#ff8f86; --note:#9dbcf0;
  --goodbg:#15301f; --watchbg:#33270f; --badbg:#3a1a18; --notebg:#1b2739; --head:#131c2e; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
a { color: var(--one); }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 3px solid var(--one); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 12px; top: 12px; background: var(--card); padding: 8px 12px; z-index: 9; }
header { background: var(--head); color: var(--headink); padding: 34px 24px 92px; }
.inner { max-width: 1132px; margin: 0 auto; } main, footer { max-width: 1180px; margin: 0 auto; }
header h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
header p { margin: 8px 0 0; opacity: .85; }
main { padding: 0 24px; margin-top: -68px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px 22px; margin: 0 0 18px; box-shadow: 0 1px 2px rgb(16 24 40 / 5%); }
.verdict { display: flex; gap: 16px; align-items: center; }
.verdict p { margin: 2px 0 0; color: var(--soft); } .verdict h2 { margin: 0; font-size: 20px; }
.sign { flex: none; width: 46px; height: 46px; border-radius: 50%; display: grid; place-items: center; font-size: 22px; font-weight: 700; }
.good { color: var(--good); } .watch { color: var(--watch); } .bad { color: var(--bad); } .note { color: var(--note); }
.sign.good, .pill.good { background: var(--goodbg); } .sign.watch, .pill.watch { background: var(--watchbg); }
.sign.bad, .pill.bad { background: var(--badbg); } .sign.note, .pill.note { background: var(--notebg); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)); gap: 18px; margin: 0 0 18px; padding: 0; list-style: none; }
.tile { margin: 0; display: flex; flex-direction: column; }
.tile h3 { margin: 0; font-size: 13px; font-weight: 600; color: var(--soft); display: flex; justify-content: space-between; gap: 8px; align-items: center; }
.tile .number { font-size: 30px; font-weight: 680; letter-spacing: -.02em; line-height: 1.25; margin: 6px 0 2px; display: flex; gap: 12px; align-items: center; font-variant-numeric: tabular-nums; }
.tile p { margin: 0; color: var(--soft); font-size: 13.5px; } .tile .meter { margin: 4px 0 8px; }
.pill { font-size: 12px; font-weight: 650; padding: 2px 9px; border-radius: 99px; white-space: nowrap; }
.todo { margin: 0; padding: 0; list-style: none; } .todo li { display: grid; grid-template-columns: 84px 1fr; gap: 4px 14px; padding: 12px 0; border-top: 1px solid var(--line); }
.todo li:first-child { border-top: 0; padding-top: 4px; } .todo .cure { grid-column: 2; color: var(--soft); } .todo .pill { justify-self: start; align-self: start; }
nav ul { display: flex; flex-wrap: wrap; gap: 8px; padding: 0; margin: 0 0 18px; list-style: none; }
nav a { display: block; padding: 5px 12px; border-radius: 99px; background: var(--card); border: 1px solid var(--line); text-decoration: none; font-size: 13.5px; color: var(--ink); }
nav a:hover { border-color: var(--one); }
h2 { font-size: 19px; margin: 0 0 4px; letter-spacing: -.01em; scroll-margin-top: 16px; }
.about { margin: 0 0 14px; color: var(--soft); max-width: 76ch; } .said { margin: 0 0 12px; padding: 10px 14px; background: var(--notebg); border-radius: 10px; color: var(--note); }
.legend { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 0 0 12px; padding: 0; list-style: none; font-size: 13.5px; color: var(--soft); }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 7px; }
i.one { background: var(--one); } i.two { background: var(--two); } i.three { background: var(--three); } i.good { background: var(--good); } i.watch { background: var(--watch); } i.bad { background: var(--bad); } i.note { background: var(--note); }
.bars { margin: 0 0 14px; padding: 0; list-style: none; } .bars li { display: grid; grid-template-columns: minmax(90px, 30%) 1fr 240px; gap: 16px; align-items: center; padding: 5px 0; }
.bars.long li { grid-template-columns: 1fr 240px; gap: 3px 16px; padding: 8px 0; } .bars.long .label { grid-column: 1 / -1; }
.label { overflow-wrap: anywhere; unicode-bidi: isolate; } .value { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); } .value b { color: var(--ink); font-weight: 640; }
.bar { display: block; width: 100%; height: 14px; border-radius: 5px; background: var(--track); overflow: hidden; } .bar.thick { height: 26px; border-radius: 8px; margin: 0 0 12px; } .meter { display: block; width: 100%; height: 8px; border-radius: 99px; background: var(--track); overflow: hidden; }
svg .one { fill: var(--one); } svg .two { fill: var(--two); } svg .three { fill: var(--three); } svg .good { fill: var(--good); } svg .watch { fill: var(--watch); } svg .bad { fill: var(--bad); } svg .note { fill: var(--note); }
.ring { width: 46px; height: 46px; transform: rotate(-90deg); flex: none; } .ring circle { fill: none; stroke-width: 5; } .ring .way { stroke: var(--track); } .ring .part { stroke: currentColor; stroke-linecap: round; }
details summary { cursor: pointer; color: var(--one); font-size: 14px; padding: 4px 0; width: max-content; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line); padding: 7px 14px 7px 0; vertical-align: bottom; white-space: nowrap; }
td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; unicode-bidi: isolate; } tbody tr:last-child td, tbody tr:last-child th { border-bottom: 0; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } tbody th { color: var(--ink); font-weight: 500; overflow-wrap: anywhere; white-space: normal; min-width: 150px; unicode-bidi: isolate; }
code { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; } td code, tbody th code { display: block; min-width: 300px; max-width: 620px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 14px 22px; margin: 0; } dl div { border-left: 3px solid var(--line); padding-left: 12px; } dt { color: var(--soft); font-size: 13px; } dd { margin: 0; font-size: 17px; font-weight: 600; font-variant-numeric: tabular-nums; }
.more { color: var(--soft); font-size: 13.5px; margin: 8px 0 0; } .none { color: var(--soft); margin: 0; }
footer { padding: 8px 24px 40px; color: var(--soft); font-size: 13px; }
@media (max-width: 620px) { .bars li { grid-template-columns: 1fr 150px; gap: 3px 12px; } .bars .label { grid-column: 1 / -1; } .todo li { grid-template-columns: 1fr; } .todo .cure { grid-column: 1; } header { padding: 24px 18px 84px; } main { padding: 0 14px; } }
@media print { :root { --page:#fff; --card:#fff; --ink:#000; --soft:#333; --line:#bbb; --track:#e5e5e5; --one:#2b63d9; --two:#7fa8f2; --three:#aab6c8; --good:#16794a; --watch:#8f5b00; --bad:#b3261e; --note:#3c5a86; --head:#fff; --headink:#000; }
  body { font-size: 11pt; } * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } nav, .skip, summary { display: none; } header { padding: 0 0 12px; } main { margin: 0; padding: 0; } .inner, main, footer { max-width: none; }
  .card { box-shadow: none; } .tile, .bars li, tr, .todo li { break-inside: avoid; } h2 { break-after: avoid; } .wide { overflow: visible; } td code, tbody th code { min-width: 0; }
  details::details-content { content-visibility: visible; display: block; } }
)css";
}

}  // namespace agente::operations
