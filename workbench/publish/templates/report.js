(function () {
  'use strict';
  var root = document.documentElement, printing = location.hash === '#print';
  var ground = { light: { ink: '#5a6675', line: '#e3e8ee', zero: '#c3ccd6', card: '#ffffff', edge: '#c3ccd6', text: '#1b2430' },
                 dark: { ink: '#9ba7b6', line: '#2c3642', zero: '#465262', card: '#222b37', edge: '#465262', text: '#e5e9ef' } };
  function dark() {
    return root.dataset.theme === 'dark' || (root.dataset.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  }
  function merge(low, high) {
    var out = Array.isArray(low) ? low.slice() : Object.assign({}, low);
    Object.keys(high).forEach(function (key) {
      var a = out[key], b = high[key], both = a && b && typeof a === 'object' && typeof b === 'object' && !Array.isArray(b);
      out[key] = both ? merge(a, b) : b;
    });
    return out;
  }
  function template(own, mode) {
    var c = ground[mode], axis = { gridcolor: c.line, zerolinecolor: c.zero, linecolor: c.zero, tickcolor: c.zero };
    return merge(merge({ layout: { title: { x: 0, xref: 'container', xanchor: 'left', font: { size: 15 } } } }, own || {}), { layout: {
      font: { color: c.ink, family: getComputedStyle(document.body).fontFamily }, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      xaxis: axis, yaxis: axis, hoverlabel: { bgcolor: c.card, bordercolor: c.edge, font: { color: c.text } },
      legend: { bgcolor: 'rgba(0,0,0,0)' }, modebar: { bgcolor: 'rgba(0,0,0,0)', color: c.zero, activecolor: c.text } } });
  }
  function draw(light) {
    var mode = !light && dark() ? 'dark' : 'light';
    document.querySelectorAll('.figure').forEach(function (place) {
      var figure = place.figure || (place.figure = JSON.parse(place.querySelector('script').textContent));
      var layout = merge(figure.layout || {}, { autosize: true, template: template((figure.layout || {}).template, mode) });
      delete layout.width;
      Plotly.react(place, figure.data, layout, { responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: '', staticPlot: printing,
        modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'], toImageButtonOptions: { format: 'png', scale: 2 } });
    });
    root.dataset.drawn = mode;
  }
  function label() { var name = document.getElementById('wb-theme-name'); if (name) name.textContent = dark() ? 'Light' : 'Dark'; }
  function start() {
    var figures = !!window.Plotly, again = function (light) { if (figures) draw(light === true); label(); };
    again();
    document.getElementById('wb-theme').onclick = function () {
      root.dataset.theme = dark() ? 'light' : 'dark';
      try { localStorage.setItem('wb-theme', root.dataset.theme); } catch (e) { /* private windows keep nothing */ }
      again();
    };
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () { again(); });
    var before, opened = [], main = document.getElementById('report');
    function unfold() {
      opened = Array.prototype.slice.call(document.querySelectorAll('details:not([open], .notes)'));
      opened.forEach(function (part) { part.open = true; });
    }
    if (printing) unfold();
    addEventListener('beforeprint', function () {
      before = root.dataset.theme; root.dataset.theme = 'light'; unfold();
      main.style.width = '186mm'; again(true); main.style.width = '';
    });
    addEventListener('afterprint', function () {
      opened.forEach(function (part) { part.open = false; });
      if (before) root.dataset.theme = before; else delete root.dataset.theme;
      again();
    });
    root.dataset.ready = '1';
  }
  function broken(error) {
    document.querySelectorAll('.figure').forEach(function (place) {
      if (!place.classList.contains('js-plotly-plot')) { place.classList.add('broken'); place.textContent = 'This browser is too old to draw the chart; its figures are in data.json.'; }
    });
    console.error(error);
    root.dataset.ready = 'broken';
  }
  function unpack(packed) {
    var text = atob(packed.textContent), bytes = new Uint8Array(text.length);
    for (var i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text().then(function (code) {
      var script = document.createElement('script');
      script.nonce = packed.nonce;
      script.textContent = code;
      document.head.appendChild(script);
      packed.remove();
    });
  }
  function follow() {
    var links = document.querySelectorAll('.contents a');
    if (!links.length || !window.IntersectionObserver) return;
    var heads = Array.prototype.map.call(links, function (a) { var name = a.getAttribute('href').slice(1); return document.getElementById(name) || document.getElementById(decodeURIComponent(name)); });
    function mark() {
      var at = 0;
      heads.forEach(function (head, i) { if (head && head.getBoundingClientRect().top < 140) at = i; });
      links.forEach(function (a, i) { if (i === at) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current'); });
    }
    addEventListener('scroll', mark, { passive: true });
    mark();
  }
  follow();
  var packed = document.getElementById('wb-plotly');
  if (packed) new Promise(function (done) { done(unpack(packed)); }).then(start).catch(broken); else start();
})();
