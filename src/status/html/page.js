(function () {
  var trust = document.getElementById("trust");
  function look() {
    if (Date.now() > Number(trust.dataset.until)) {
      document.documentElement.classList.add("old");
      trust.textContent = trust.dataset.old;
    }
  }
  look();
  setInterval(look, 30000);
})();
