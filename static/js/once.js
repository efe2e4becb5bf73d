/*
 * A form that changes something is sent once: the second press of a double click would be answered about what the first
 * one has just taken away. After two seconds it may be sent again, for a file that is downloaded leaves its page open.
 */
(function () {
  "use strict";

  const REST = 2000; // milliseconds
  const sent = new WeakMap();

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    const now = event.timeStamp;
    if (now - (sent.get(form) ?? -REST) < REST) {
      event.preventDefault();
      return;
    }
    sent.set(form, now);
  });
})();
