/*
 * A column of cells that is typed into as in a spreadsheet: Enter and arrows walk, a copied column is pasted whole.
 * Without it the form still reads and saves.
 */
(function () {
  "use strict";

  const table = document.querySelector("[data-column]");
  if (!table) {
    return;
  }
  const cells = Array.from(table.querySelectorAll("input:not([type=hidden])"));

  table.addEventListener("keydown", function (event) {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = cells[cells.indexOf(event.target) + (step || 0)];
    if (step && next) {
      event.preventDefault(); // the last Enter saves the form
      next.focus();
      next.select();
    }
  });

  table.addEventListener("paste", function (event) {
    const lines = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\r?\n/);
    const first = cells.indexOf(event.target);
    if (lines.length < 2 || first < 0) {
      return;
    }
    event.preventDefault();
    lines.slice(0, cells.length - first).forEach(function (line, place) {
      cells[first + place].value = line.split("\t")[0].trim();
    });
  });
})();
