// The weekly chart, drawn as SVG from the numbers that stand in the page; the table holds the same.
"use strict";
(() => {
  const place = document.getElementById("chart");
  const source = document.getElementById("trend-data");
  if (!place || !source || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let chart = null;

  const option = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const font = getComputedStyle(document.body).fontFamily;
    const colours = dark.matches
      ? { confirmed: "#5fb3ad", probable: "#b08b45" }
      : { confirmed: "#0d5c63", probable: "#c9a35c" };
    const hatch = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: colour("--card") };
    const bars = (numbers) => numbers.map((value, n) =>
      data.weeks[n] === data.current ? { value, itemStyle: { decal: hatch, opacity: 0.75 } } : value);
    const series = (name, key) => ({
      name, type: "bar", stack: "offers", data: bars(data[key]), barMaxWidth: 44, barCategoryGap: "30%",
      itemStyle: { color: colours[key] }, emphasis: { disabled: true },
    });
    return {
      animation: !still,
      animationDuration: 300,
      textStyle: { fontFamily: font, color: colour("--ink") },
      grid: { left: 8, right: 8, top: 16, bottom: 8, containLabel: true },
      aria: { enabled: true, label: { description: "Confirmed and probable offers by week. The table below holds the same numbers." } },
      xAxis: {
        type: "category", data: data.weeks,
        axisLabel: { color: colour("--soft"), hideOverlap: true, formatter: (week) => week.slice(5) + (week === data.current ? "\nnot over" : "") },
        axisLine: { lineStyle: { color: colour("--line-strong") } }, axisTick: { show: false },
      },
      yAxis: {
        type: "value", minInterval: 1,
        axisLabel: { color: colour("--soft") }, splitLine: { lineStyle: { color: colour("--line") } },
      },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow", shadowStyle: { color: colour("--soft"), opacity: 0.1 } },
        backgroundColor: colour("--card"), borderColor: colour("--line-strong"), textStyle: { color: colour("--ink"), fontFamily: font },
        formatter: (found) => [`Week from ${found[0].axisValue}${found[0].axisValue === data.current ? ", not over" : ""}`,
          ...found.map((f) => `${f.seriesName}: ${f.value}`)].join("\n"),
      },
      series: [series("Confirmed", "confirmed"), series("Probable", "probable")],
    };
  };
  const draw = () => {
    place.closest("figure").hidden = false;
    chart ??= window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(option(), true);
    place.dataset.drawn = "true";
  };
  draw();
  dark.addEventListener("change", draw);
  new ResizeObserver(() => chart.resize()).observe(place);
})();
