import { Component } from "@odoo/owl";

/** One work list: its first rows, what can be done with each, and the way to all. */
export class DashboardList extends Component {
    static template = "credit_centre.DashboardList";
    static props = { list: Object, open: Function };
}
