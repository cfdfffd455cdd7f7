extension ServiceAssets {
  /// Of `/live.js`: keeps a page up to date. On an event of the service, at most every 3 seconds and only while the page is seen,
  /// it fetches the same address again and puts in the new figures.
  ///
  /// It leaves the page as the reader has it: focus, scroll positions, open parts. It waits while text is selected or typed. Nothing
  /// that it fetches is run: a parsed document runs no script, and the policy of the page allows none but this file.
  package static let script = #"""
    "use strict";
    (() => {
      const pause = 3000;
      const names = ["window", "finding", "verdict", "state"];
      const note = document.getElementById("connection");
      if (!note || !window.EventSource || !window.fetch) return;
      let stream = null;
      let retry = 0;
      let timer = 0;
      let last = Date.now();
      let busy = false;

      const say = (text) => { if (note.textContent !== text) note.textContent = text; };
      const seen = () => document.visibilityState === "visible";
      const main = () => document.getElementById("main");

      // The reader is at it: what is typed or selected would be lost.
      const held = () => {
        const active = document.activeElement;
        if (active && active.tagName === "INPUT" && active.value !== active.defaultValue) return true;
        const selection = document.getSelection();
        return !!selection && !selection.isCollapsed && main().contains(selection.anchorNode);
      };

      const want = () => {
        if (timer || !seen()) return;
        timer = setTimeout(refresh, Math.max(0, last + pause - Date.now()));
      };

      const refresh = async () => {
        timer = 0;
        if (!seen()) return;
        last = Date.now();
        if (busy || held()) return want();
        busy = true;
        try {
          const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
          if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
        } catch (_) {
          say("not connected; trying again");
        }
        busy = false;
      };

      const put = (next) => {
        if (held()) return want();
        document.title = next.title;
        for (const id of ["state", "bar", "main"]) replace(id, next);
      };

      const replace = (id, next) => {
        const old = document.getElementById(id);
        const fresh = next.getElementById(id);
        if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
        const x = window.scrollX;
        const y = window.scrollY;
        const focus = mark(old);
        const places = [...old.querySelectorAll("[id]")]
          .filter((one) => one.scrollLeft || one.scrollTop)
          .map((one) => [one.id, one.scrollLeft, one.scrollTop]);
        const parts = [...old.querySelectorAll("details[id]")].map((one) => [one.id, one.open]);
        old.replaceChildren(...document.adoptNode(fresh).childNodes);
        for (const [name, open] of parts) {
          const one = document.getElementById(name);
          if (one) one.open = open;
        }
        for (const [name, left, top] of places) {
          const one = document.getElementById(name);
          if (one) { one.scrollLeft = left; one.scrollTop = top; }
        }
        if (focus) focus();
        window.scrollTo(x, y);
      };

      // What has the focus within a part, and how to give it back to its like.
      const mark = (part) => {
        const active = document.activeElement;
        if (!active || active === part || !part.contains(active)) return null;
        const id = active.id;
        const href = active.getAttribute("href");
        const like = (root) => [...root.querySelectorAll(active.tagName)]
          .filter((one) => one.getAttribute("href") === href);
        const place = like(part).indexOf(active);
        return () => {
          const found = like(part);
          const one = id ? document.getElementById(id) : found[place] || found[0];
          if (one) one.focus({ preventScroll: true });
        };
      };

      const close = () => {
        clearTimeout(retry);
        if (stream) stream.close();
        stream = null;
      };

      const open = () => {
        close();
        stream = new EventSource("/events");
        stream.onopen = () => { say(""); want(); };
        stream.onerror = () => {
          say("not connected; trying again");
          // The browser tries again by itself unless the server refused.
          if (stream && stream.readyState === 2) retry = setTimeout(open, 5000);
        };
        for (const name of names) stream.addEventListener(name, want);
      };

      document.addEventListener("visibilitychange", () => { if (seen()) open(); else close(); });
      window.addEventListener("pagehide", close);
      window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
      if (seen()) open();
    })();

    """#
}
