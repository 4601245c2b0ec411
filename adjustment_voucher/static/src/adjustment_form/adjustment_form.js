import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** A save says which version of the voucher it was made on, so that it does not undo what somebody else saved. */
export class AdjustmentFormController extends FormController {
    async onWillSaveRecord(record, changes) {
        if (record.resId) {
            changes.seen_version = record.data.version;
        }
        return super.onWillSaveRecord(record, changes);
    }
}

registry.category("views").add("adjustment_voucher_form", { ...formView, Controller: AdjustmentFormController });
