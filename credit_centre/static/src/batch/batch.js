import { _t } from "@web/core/l10n/translation";
import { router } from "@web/core/browser/router";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillDestroy, useEffect, useRef, useState } from "@odoo/owl";

/**
 * Works through the ids of `params`, slice by slice, and shows how far it is. A slice that is refused as a whole is
 * tried record by record, so that one record stops no other.
 */
export class CreditBatch extends Component {
    static template = "credit_centre.Batch";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.params = this.props.action.params;
        this.slices = sliced(this.params.ids, this.params.slice);
        this.made = [];
        this.worked = 0;
        this.state = useState({ phase: "running", done: 0, failed: [], notice: "" });
        this.button = useRef("button");
        onMounted(() => this.run());
        onWillDestroy(() => (this.state.phase = "closed"));
        useEffect(
            () => this.button.el?.focus(),
            () => [this.state.phase],
        );
    }

    // ------------------------------------------------------------------ what is shown

    get total() {
        return this.params.ids.length;
    }

    get handled() {
        return this.state.done + this.state.failed.length;
    }

    get percent() {
        return Math.floor((100 * this.handled) / this.total);
    }

    get countText() {
        return _t("%(done)s of %(total)s", { done: number(this.handled), total: number(this.total) });
    }

    get rateText() {
        if (!this.handled || !this.worked) {
            return "";
        }
        return _t("%s per minute", number(Math.round((60000 * this.handled) / this.worked)));
    }

    get leftText() {
        if (!this.handled || this.state.phase !== "running") {
            return "";
        }
        const seconds = ((this.total - this.handled) * this.worked) / this.handled / 1000;
        return _t("about %s left", seconds < 90 ? amount(seconds, "second") : amount(seconds / 60, "minute"));
    }

    get doneText() {
        return _t("Done: %s", number(this.state.done));
    }

    get failedText() {
        return _t("Set aside: %s", number(this.state.failed.length));
    }

    get headline() {
        const { phase } = this.state;
        if (phase === "running") {
            return _t("Working…");
        }
        if (phase === "stopping") {
            return _t("Stopping after the current step…");
        }
        if (phase === "stopped") {
            return _t("Stopped. What is done stays done.");
        }
        return this.state.failed.length ? _t("Finished, with some set aside.") : _t("All done.");
    }

    get canFollow() {
        return this.params.done_action && this.state.phase === "finished" && this.state.done > 0;
    }

    linkTo(failure) {
        return router.stateToUrl({ model: failure.model || this.params.link_model, resId: failure.id });
    }

    // ------------------------------------------------------------------ the work

    async run() {
        this.state.phase = "running";
        this.state.notice = "";
        while (this.slices.length && this.state.phase === "running") {
            const begun = Date.now();
            await this.workOn(this.slices[0]);
            this.worked += Date.now() - begun;
        }
        if (this.state.phase !== "closed") {
            this.state.phase = this.slices.length ? "stopped" : "finished";
        }
    }

    /** Take the slice off the list when it is answered; after a lost connection it stays, and the work stops. */
    async workOn(ids) {
        try {
            const kwargs = this.params.kwargs || {};
            this.note(await this.orm.silent.call(this.params.model, this.params.method, [ids], kwargs));
            this.slices.shift();
        } catch (error) {
            if (error instanceof ConnectionLostError || !error.data) {
                this.state.notice = _t("The connection to the server is lost. Go on when it is back.");
                this.state.phase = this.state.phase === "closed" ? "closed" : "stopping";
            } else if (ids.length > 1) {
                this.slices.splice(0, 1, ...sliced(ids, 1));
            } else {
                this.slices.shift();
                this.note({ done: [], failed: [refusal(ids[0], error)] });
            }
        }
    }

    note({ done, failed, made }) {
        this.state.done += done.length;
        this.state.failed.push(...failed);
        this.made.push(...(made || []));
    }

    onStop() {
        this.state.phase = "stopping";
    }

    onClose() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }

    async onFollow() {
        const { done_action: next } = this.params;
        await this.action.doAction(next, { additionalContext: { active_ids: this.made } });
    }
}

/** Cut ids into lists of at most `size`. */
function sliced(ids, size) {
    const slices = [];
    for (let start = 0; start < ids.length; start += size) {
        slices.push(ids.slice(start, start + size));
    }
    return slices;
}

function refusal(id, error) {
    const name = _t("Record %s", id);
    return { id, name, reason: error.data.message || error.message };
}

function number(value) {
    return new Intl.NumberFormat(user.lang).format(value);
}

function amount(value, unit) {
    const rounded = Math.max(1, Math.round(value));
    return new Intl.NumberFormat(user.lang, { style: "unit", unit, unitDisplay: "long" }).format(rounded);
}

registry.category("actions").add("credit_centre.batch", CreditBatch);
