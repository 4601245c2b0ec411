import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillDestroy, onWillStart, onWillUpdateProps, useExternalListener, useState } from "@odoo/owl";

const EVERY = 1000;

/**
 * How far a run is, asked of the server each second while somebody looks at it. Every text and figure comes ready from
 * the server. When the step is over, or somebody stopped the run or let it go on, the form is read again.
 */
export class AdjustmentRunProgress extends Component {
    static template = "adjustment_voucher.RunProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ progress: {}, lost: false });
        this.asked = 0;
        onWillStart(() => this.ask());
        onWillUpdateProps((next) => this.follow(next.record));
        onWillDestroy(() => this.forget());
        useExternalListener(document, "visibilitychange", () => this.look());
    }

    get runId() {
        return this.record.resId;
    }

    get record() {
        return this.shown || this.props.record;
    }

    /** Another run is shown, or this one was read again. */
    async follow(record) {
        this.shown = record;
        await this.ask();
    }

    look() {
        if (!document.hidden) {
            this.ask();
        }
    }

    forget() {
        clearTimeout(this.timer);
        this.asked += 1;
        this.gone = true;
    }

    /** An answer that comes after a later question is left aside. */
    async ask() {
        clearTimeout(this.timer);
        this.asked += 1;
        const question = this.asked;
        const answer = await this.getProgress();
        if (question !== this.asked || this.gone) {
            return;
        }
        this.state.lost = !answer;
        if (answer) {
            this.state.progress = answer;
            if (this.isStale(answer)) {
                await this.record.model.load();
                return;
            }
        }
        this.askLater();
    }

    async getProgress() {
        try {
            return await this.orm.silent.call("adjustment.run", "progress", [[this.runId]]);
        } catch {
            return null;
        }
    }

    askLater() {
        const { state, stopped } = this.record.data;
        if (!document.hidden && state === "running" && !stopped && !this.gone) {
            this.timer = setTimeout(() => this.ask(), EVERY);
        }
    }

    isStale(answer) {
        const { state, stopped, step } = this.record.data;
        return (
            answer.state !== state ||
            (answer.step || false) !== (step || false) ||
            (answer.stopped !== undefined && answer.stopped !== stopped)
        );
    }
}

registry.category("view_widgets").add("adjustment_run_progress", {
    component: AdjustmentRunProgress,
    displayName: _t("Progress of an application run"),
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "step", type: "selection" },
        { name: "stopped", type: "boolean" },
    ],
});
