/* global Chart */
import { loadBundle } from "@web/core/assets";
import { formatFloat } from "@web/core/utils/numbers";

import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

const WIDE = 450; // pixels, from which on names have room
const KINDS = { bar: "bar", horizontal: "bar", stacked: "bar", combined: "bar", line: "line" };

/** One chart and, at a press of a button, the same as a table: for keyboards, screen readers and copying. */
export class DashboardChart extends Component {
    static template = "credit_centre.DashboardChart";
    static props = { chart: Object, currency: Object, open: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ table: false, drawable: true });
        onWillStart(async () => {
            try {
                await loadBundle("web.chartjs_lib");
            } catch {
                Object.assign(this.state, { table: true, drawable: false });
            }
        });
        useEffect(
            () => this.draw(),
            () => [this.props.chart, this.state.table],
        );
        useEffect(
            () => () => this.picture?.destroy(),
            () => [this.state.table],
        );
    }

    get hasFigures() {
        return this.props.chart.series.some((series) => series.values.some((value) => value));
    }

    /** The chart in words, for who can't see it. */
    get description() {
        const chart = this.props.chart;
        const parts = chart.labels.map((label, index) => {
            const texts = chart.series.map((series) => `${series.label} ${series.texts[index]}`);
            return `${label}: ${texts.join(", ")}`;
        });
        return `${chart.label}. ${parts.join("; ")}`;
    }

    openAt(index) {
        const action = this.props.chart.actions[index];
        if (action) {
            this.props.open({ action });
        }
    }

    // ------------------------------------------------------------------ drawing

    draw() {
        if (!this.canvas.el) {
            this.picture = null;
            return;
        }
        const config = this.config;
        if (this.picture?.canvas === this.canvas.el) {
            this.picture.data = config.data;
            this.picture.options = config.options;
            this.picture.update("none");
        } else {
            this.picture?.destroy();
            this.picture = new Chart(this.canvas.el, config);
        }
    }

    color(name) {
        return getComputedStyle(this.canvas.el).getPropertyValue(`--credit-${name}`).trim();
    }

    get config() {
        const chart = this.props.chart;
        return {
            type: KINDS[chart.type],
            data: { labels: chart.labels, datasets: chart.series.map((series) => this.dataset(series)) },
            options: {
                animation: false,
                responsive: true,
                maintainAspectRatio: false,
                indexAxis: chart.type === "horizontal" ? "y" : "x",
                interaction: { mode: "index", axis: chart.type === "horizontal" ? "y" : "x", intersect: false },
                onClick: (_event, [element]) => element && this.openAt(element.index),
                onHover: (event, [element]) => {
                    const opens = element && chart.actions[element.index];
                    event.native.target.style.cursor = opens ? "pointer" : "default";
                },
                plugins: { legend: this.legend, tooltip: { callbacks: { label: (item) => this.tip(item) } } },
                scales: this.scales,
            },
        };
    }

    dataset(series) {
        const isLine = this.props.chart.type === "line" || this.isRight(series);
        const colors = series.tones ? series.tones.map((tone) => this.color(tone)) : this.color(series.tone);
        return {
            type: isLine ? "line" : "bar",
            label: series.label,
            data: series.values,
            backgroundColor: colors,
            borderColor: colors,
            borderWidth: isLine ? 2 : 0,
            borderRadius: 3,
            maxBarThickness: 44,
            pointRadius: 3,
            tension: 0.3,
            order: isLine ? 0 : 1,
            yAxisID: this.isRight(series) ? "right" : undefined,
        };
    }

    isRight(series) {
        return this.props.chart.type !== "horizontal" && series.axis === "right";
    }

    get legend() {
        return {
            display: this.props.chart.series.length > 1,
            position: "bottom",
            labels: { color: this.color("text"), boxWidth: 12, boxHeight: 12 },
        };
    }

    tip(item) {
        const series = this.props.chart.series[item.datasetIndex];
        return ` ${series.label}: ${series.texts[item.dataIndex]}`;
    }

    get scales() {
        const horizontal = this.props.chart.type === "horizontal";
        const stacked = this.props.chart.type === "stacked";
        const ticks = { color: this.color("text"), maxRotation: 40 };
        const names = { grid: { display: false }, border: { color: this.color("line") }, ticks, stacked };
        const amounts = {
            beginAtZero: true,
            stacked,
            grid: { color: this.color("line") },
            border: { display: false },
            ticks: { ...ticks, maxTicksLimit: 6, callback: short },
        };
        const scales = horizontal ? { x: amounts, y: names } : { x: names, y: amounts };
        if (this.props.chart.series.some((series) => this.isRight(series))) {
            scales.right = { ...amounts, position: "right", grid: { display: false } };
        }
        if (horizontal) {
            names.ticks = {
                ...ticks,
                autoSkip: false,
                callback: (_value, index) => clipped(this.props.chart.labels[index], this.canvas.el),
            };
        }
        return scales;
    }
}

/** A number on an axis: 12k, 3M. */
function short(value) {
    return formatFloat(value, { humanReadable: true, decimals: 0, minDigits: 1 });
}

function clipped(text, canvas) {
    const most = canvas?.clientWidth > WIDE ? 36 : 20;
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
