// Before anything is drawn: there are scripts, and these are the colours the reader chose.
document.documentElement.classList.add("scripted");
try {
  const scheme = localStorage.getItem("scheme");
  if (scheme) document.documentElement.dataset.scheme = scheme;
} catch { /* storage is closed to us: the system's colours, then */ }
