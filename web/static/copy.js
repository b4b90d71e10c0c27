/* Copies a sentence in one touch: a button with data-copies="ID of the text". Without script the text can be selected,
 * and no button shows. Offices are served over plain HTTP inside their network, where navigator.clipboard is not there;
 * the text is then selected and copied as if by hand, and stays selected when even that is refused. */
(function () {
  'use strict';

  function select(element) {
    var range = document.createRange(), selection = window.getSelection();
    range.selectNodeContents(element);
    selection.removeAllRanges();
    selection.addRange(range);
  }
  function by_selection(element) {
    select(element);
    try { return document.execCommand('copy'); } catch (e) { return false; }
  }
  Array.prototype.forEach.call(document.querySelectorAll('[data-copies]'), function (button) {
    var text = document.getElementById(button.getAttribute('data-copies')), words = button.textContent;
    if (!text) return;
    button.hidden = false;
    function done() {
      button.textContent = button.getAttribute('data-done');
      setTimeout(function () { button.textContent = words; }, 2000);
    }
    button.addEventListener('click', function () {
      if (navigator.clipboard && window.isSecureContext)
        navigator.clipboard.writeText(text.textContent).then(done, function () { if (by_selection(text)) done(); });
      else if (by_selection(text)) done();
    });
  });
})();
