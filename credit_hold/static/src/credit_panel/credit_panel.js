import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useRef, useState } from "@odoo/owl";

const LOOKS = {
    unchecked: { color: "secondary", icon: "fa-circle-o" },
    clear: { color: "success", icon: "fa-check-circle" },
    caution: { color: "warning", icon: "fa-exclamation-triangle" },
    prepay: { color: "danger", icon: "fa-money" },
    hold: { color: "danger", icon: "fa-hand-paper-o" },
    rejected: { color: "danger", icon: "fa-ban" },
    released: { color: "info", icon: "fa-unlock" },
};
const STOPPED = ["hold", "prepay", "rejected"];

/** Asks for the note that goes to the credit manager. */
export class RequestReleaseDialog extends Component {
    static template = "credit_hold.RequestReleaseDialog";
    static components = { Dialog };
    static props = { close: Function, send: Function };

    setup() {
        this.note = useRef("note");
        this.state = useState({ sending: false });
    }

    async onSend() {
        this.state.sending = true;
        try {
            await this.props.send(this.note.el.value);
            this.props.close();
        } finally {
            this.state.sending = false;
        }
    }
}

/** The customer's credit on the order: every text and share comes ready from the server. */
export class CreditPanel extends Component {
    static template = "credit_hold.CreditPanel";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
    }

    get panel() {
        return this.props.record.data[this.props.name];
    }

    get look() {
        return LOOKS[this.panel.status] || LOOKS.unchecked;
    }

    get isStopped() {
        return STOPPED.includes(this.panel.status);
    }

    get canEdit() {
        return this.props.record.isInEdition;
    }

    get canCheck() {
        return this.canEdit && ["draft", "sent"].includes(this.props.record.data.state);
    }

    async onCheck() {
        const record = this.props.record;
        if (await record.save()) {
            const answer = await this.orm.call(record.resModel, "action_credit_check", [[record.resId]]);
            await this.action.doAction(answer);
        }
    }

    async onRequest() {
        if (await this.props.record.save()) {
            this.dialog.add(RequestReleaseDialog, { send: (note) => this.send(note) });
        }
    }

    async send(note) {
        const record = this.props.record;
        await this.orm.call(record.resModel, "action_credit_check", [[record.resId]]);
        await this.orm.call(record.resModel, "action_credit_request_release", [[record.resId], note]);
        this.notification.add(_t("The credit manager has been asked for a release."), { type: "success" });
        await record.load();
    }
}

export const creditPanel = {
    component: CreditPanel,
    displayName: _t("Credit panel"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "state", type: "selection" }],
};

registry.category("fields").add("credit_panel", creditPanel);
