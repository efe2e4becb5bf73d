// The frame of a file field: a file may be dropped on it, and the names of what was chosen stand in it.
"use strict";

for (const frame of document.querySelectorAll(".drop")) {
  const input = frame.querySelector('input[type="file"]');
  const names = frame.querySelector(".names");
  const shown = () => {
    names.textContent = [...input.files].map((file) => file.name).join(", ");
  };
  const over = (event) => {
    event.preventDefault();
    frame.classList.toggle("over", event.type === "dragover");
  };
  frame.addEventListener("dragover", over);
  frame.addEventListener("dragleave", over);
  frame.addEventListener("drop", (event) => {
    over(event);
    input.files = event.dataTransfer.files;
    shown();
  });
  input.addEventListener("change", shown);
  shown();
}
