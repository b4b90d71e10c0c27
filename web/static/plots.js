/* Draws every <figure data-plot> from the table inside it with ECharts; each point opens its row's link. The table stays
 * below, folded, and is all there is without script. Colours are the sheet's own; on paper and after a change of the
 * colour scheme they are read anew. Writes no style attribute into markup, so a strict CSP holds. */
(function () {
  'use strict';
  if (!window.echarts) return;

  function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function number(text) { return parseFloat(text.replace(/[,%]/g, '')) || 0; }
  function each(nodes) { return Array.prototype.slice.call(nodes); }

  /* {heads, rows: [{href, title, mark, cells}], series: [column numbers], target} */
  function read(figure) {
    return {
      heads: each(figure.querySelectorAll('thead th')).map(function (th) { return th.textContent; }),
      rows: each(figure.querySelectorAll('tbody tr')).map(function (tr) {
        var link = tr.querySelector('a');
        return {
          href: link ? link.href : '', title: tr.children[0].textContent.trim(), mark: tr.hasAttribute('data-mark'),
          cells: each(tr.children).map(function (c) { return c.textContent.trim(); })
        };
      }),
      series: figure.dataset.series.split(',').map(Number),
      target: Number(figure.dataset.target || 0)
    };
  }

  function base(extra) {
    return Object.assign({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13, color: css('--ink-2') },
      grid: { left: 8, right: 16, top: 36, bottom: 4, containLabel: true },
      /* richText: the HTML tooltip writes style attributes, which style-src 'self' refuses */
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: css('--surface'), borderColor: css('--line-2'), borderWidth: 1, shadowBlur: 0, shadowColor: 'transparent', textStyle: { color: css('--ink'), fontSize: 13 } }
    }, extra);
  }
  function axis(extra) {
    return Object.assign({ axisLine: { lineStyle: { color: css('--line-2') } }, axisTick: { show: false }, axisLabel: { color: css('--ink-2'), fontSize: 13, hideOverlap: true }, splitLine: { lineStyle: { color: css('--line') } } }, extra);
  }
  function legend() { return { top: 0, left: 0, itemWidth: 18, itemHeight: 10, textStyle: { color: css('--ink'), fontSize: 13 } }; }
  function titles(d) { return d.rows.map(function (r) { return r.title; }); }
  function column(d, i) { return d.rows.map(function (r) { return number(r.cells[i]); }); }

  function time(d) {
    return base({
      legend: d.series.length > 1 ? legend() : undefined,
      grid: { left: 8, right: 16, top: d.series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
      xAxis: axis({ type: 'category', data: d.rows.map(function (r) { return r.title.replace(/^\d{4}-(?=\d\d-)/, ''); }) }),
      yAxis: axis({ type: 'value', axisLine: { show: false }, minInterval: 1 }),
      series: d.series.map(function (c, i) {
        if (i > 0) return { name: d.heads[c], type: 'line', data: column(d, c), symbol: 'circle', symbolSize: 5, lineStyle: { width: 2, color: css('--accent') }, itemStyle: { color: css('--accent') } };
        return {
          name: d.heads[c], type: 'bar', barCategoryGap: d.rows.length > 100 ? '5%' : '30%', itemStyle: { color: css('--step-3') },
          data: d.rows.map(function (r) { return r.mark ? { value: number(r.cells[c]), itemStyle: { color: css('--step-5') } } : number(r.cells[c]); })
        };
      })
    });
  }
  function hours(d) {
    var option = time({ heads: d.heads, rows: d.rows, series: [d.series[0]], target: 0 });
    return option;
  }
  var SHOWN = 14; /* of long lists, whose first rows matter; the table has them all */
  function head(d) { return { heads: d.heads, rows: d.rows.slice(0, SHOWN), series: d.series, target: d.target }; }
  /* Horizontal bars, the first row on top; a label at the end says what the table says. */
  function bars(d, label, extra) {
    return base(Object.assign({
      legend: d.series.length > 1 ? legend() : undefined,
      grid: { left: 8, right: 104, top: d.series.length > 1 ? 32 : 8, bottom: 4, containLabel: true },
      xAxis: axis({ type: 'value', axisLine: { show: false }, minInterval: 1 }),
      yAxis: axis({ type: 'category', inverse: true, data: titles(d), axisLabel: { color: css('--ink'), fontSize: 13, width: 128, overflow: 'truncate' } }),
      series: d.series.map(function (c, i) {
        return {
          name: d.heads[c], type: 'bar', barMaxWidth: 18, data: column(d, c), itemStyle: { color: css(i ? '--step-2' : '--step-4') },
          label: i === 0 ? { show: true, position: 'right', color: css('--ink'), fontSize: 13, formatter: function (p) { return label(d.rows[p.dataIndex].cells); } } : undefined
        };
      })
    }, extra || {}));
  }
  function last(cells) { return cells[cells.length - 1]; }
  function percent(d) {
    var option = bars(d, function (c) { return c[3] + ' (' + c[1] + '/' + c[2] + ')'; });
    option.grid.right = 148;
    option.xAxis = axis({ type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value}%', hideOverlap: true, color: css('--ink-2'), fontSize: 13 }, axisLine: { show: false } });
    if (d.target) {
      option.grid.top = 24;
      option.series[0].markLine = { silent: true, symbol: 'none', lineStyle: { color: css('--warn'), type: 'dashed', width: 2 }, data: [{ xAxis: d.target }], label: { formatter: d.target + '%', color: css('--warn'), fontSize: 13, position: 'start' } };
    }
    return option;
  }
  function stack(d) {
    var option = bars(d, last);
    option.series.forEach(function (s, i) { s.stack = 'all'; s.label = undefined; s.itemStyle = { color: css('--step-' + (i + 1)), borderColor: css('--line-2'), borderWidth: 1 }; });
    option.grid.right = 16;
    return option;
  }

  var DRAW = {
    time: time, hours: hours, stack: function (d) { return stack(head(d)); }, shares: percent,
    bars: function (d) { return bars(head(d), function (c) { return c[1] + (c.length > 2 ? '\uff0c' + last(c) : ''); }); }
  };

  var drawn = [];
  each(document.querySelectorAll('figure[data-plot]')).forEach(function (figure) {
    var fold = figure.querySelector('details'), draw = DRAW[figure.dataset.plot];
    if (!fold || !draw) return;
    var data = read(figure), box = document.createElement('div');
    box.className = 'plot__area';
    if (figure.dataset.plot !== 'time' && figure.dataset.plot !== 'hours') box.dataset.rows = data.rows.length > 8 ? 'many' : data.rows.length < 4 ? 'few' : 'some';
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', figure.querySelector('caption').textContent);
    fold.before(box);
    fold.open = false;
    var chart = window.echarts.init(box, null, { renderer: 'canvas' });
    chart.setOption(draw(data));
    chart.on('click', function (p) { var row = data.rows[p.dataIndex]; if (row && row.href) location.href = row.href; });
    drawn.push({ chart: chart, draw: draw, data: data });
  });
  function again() { drawn.forEach(function (d) { d.chart.setOption(d.draw(d.data), true); d.chart.resize(); }); }
  window.addEventListener('resize', function () { drawn.forEach(function (d) { d.chart.resize(); }); });
  window.addEventListener('beforeprint', again);
  window.addEventListener('afterprint', again);
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  if (dark.addEventListener) dark.addEventListener('change', again);
})();
