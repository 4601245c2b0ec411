import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";

import { DashboardChart } from "./dashboard_chart";
import { DashboardFilters } from "./dashboard_filters";
import { DashboardList } from "./dashboard_list";
import { DashboardSearch } from "./dashboard_search";
import { DashboardTile } from "./dashboard_tile";

const { DateTime } = luxon;
const ACCESS_ERROR = "odoo.exceptions.AccessError";
const POLL_INTERVAL = 15000;
const IDS = ["company_id", "user_id", "group_id", "tag_id", "currency_id"];

/** The Credit Centre: what customers owe and what waits to be done. Every figure and text comes from the server. */
export class CreditDashboard extends Component {
    static template = "credit_centre.Dashboard";
    static components = {
        DashboardChart,
        DashboardFilters,
        DashboardList,
        DashboardSearch,
        DashboardTile,
        Layout,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.latest = new KeepLast();
        const kept = this.props.state || {};
        this.filters = kept.creditFilters || filtersOfUrl();
        this.state = useState({ phase: "loading", data: null, readAt: "", message: "", busy: false, stale: false });
        if (kept.creditData) {
            Object.assign(this.state, { phase: "ready", data: kept.creditData });
        }
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => ({ creditFilters: this.filters, creditData: this.state.data }),
        });
        this.keepInUrl();
        onWillStart(() => {
            // The page shows at once: figures follow.
            this.load();
        });
        onMounted(() => (this.timer = browser.setInterval(() => this.poll(), POLL_INTERVAL)));
        onWillUnmount(() => browser.clearInterval(this.timer));
        useExternalListener(document, "visibilitychange", () => this.poll());
    }

    // ------------------------------------------------------------------ reading

    /** @param {boolean} quiet whether the page stays as it is while figures are read */
    async load(quiet = false) {
        this.state.busy = !quiet;
        const orm = quiet ? this.orm.silent : this.orm;
        const call = orm.call("res.partner", "credit_centre_summary", [this.filters]);
        // A failure is an answer too, and only the last question is answered.
        const answer = await this.latest.add(call.catch((error) => ({ error })));
        if (answer.error) {
            this.showFailure(answer.error, quiet);
        } else {
            this.show(answer);
        }
    }

    show(data) {
        this.filters = data.filters;
        this.stamp = data.stamp;
        this.keepInUrl();
        const readAt = DateTime.now().toLocaleString(DateTime.TIME_SIMPLE);
        Object.assign(this.state, { phase: "ready", data, readAt, message: "", busy: false, stale: false });
    }

    showFailure(error, quiet) {
        this.state.busy = false;
        const denied = error.exceptionName === ACCESS_ERROR;
        const message = error.exceptionName ? error.data.message : _t("The server can't be reached.");
        if (denied) {
            Object.assign(this.state, { phase: "denied", data: null, message });
        } else if (this.state.data && quiet) {
            this.state.stale = true;
        } else {
            Object.assign(this.state, { phase: "failed", message });
        }
    }

    retry() {
        this.state.phase = this.state.data ? "ready" : "loading";
        return this.load();
    }

    /**
     * Reads again when something changed elsewhere, and once more after: a change that another user was about to finish
     * may not have been there at the first look.
     */
    async poll() {
        if (document.visibilityState !== "visible" || this.state.phase !== "ready" || this.polling) {
            return;
        }
        this.polling = true;
        try {
            const stamp = await this.orm.silent.call("res.partner", "credit_centre_stamp", []);
            const changed = stamp !== this.stamp;
            if (changed || this.lookAgain !== false) {
                this.lookAgain = changed;
                await this.load(true);
                this.stamp = stamp;
            } else if (this.state.stale) {
                await this.load(true);
            }
        } catch {
            this.state.stale = true;
        } finally {
            this.polling = false;
        }
    }

    // ------------------------------------------------------------------ filters

    filter(changes) {
        this.filters = { ...this.filters, ...changes };
        if (this.state.data) {
            this.state.data.filters = this.filters;
        }
        return this.load();
    }

    reset() {
        this.filters = {};
        return this.retry();
    }

    get isFiltered() {
        const data = this.state.data;
        return !data.is_today || IDS.some((name) => data.filters[name]);
    }

    keepInUrl() {
        const kept = Object.fromEntries(IDS.map((name) => [name, this.filters[name] || undefined]));
        const today = !this.state.data || this.state.data.is_today;
        this.props.updateActionState?.({ ...kept, as_of: today ? undefined : this.filters.as_of });
    }

    // ------------------------------------------------------------------ opening

    /** Opens what stands behind something: an action, or what a call answers with. */
    async open({ action, call }) {
        const onClose = () => this.load(true);
        if (call) {
            const button = { type: "object", name: call.method, resModel: call.model, resIds: call.ids };
            await this.action.doActionButton({ ...button, context: {}, onClose });
        } else if (action) {
            await this.action.doAction(action, { onClose });
        }
    }
}

/** The filters that a link carries. */
function filtersOfUrl() {
    const filters = {};
    for (const name of IDS) {
        if (Number.isInteger(router.current[name])) {
            filters[name] = router.current[name];
        }
    }
    if (router.current.as_of) {
        filters.as_of = `${router.current.as_of}`;
    }
    return filters;
}

registry.category("actions").add("credit_centre.dashboard", CreditDashboard);
