import { AccountPaymentField } from "@account/components/account_payment_field/account_payment_field";
import { patch } from "@web/core/utils/patch";

/** A payment that a voucher applied leads to the voucher instead of the entry behind it. */
patch(AccountPaymentField.prototype, {
    onInfoClick(ev, line) {
        const openVoucher = () => {
            this.popover.close();
            return this.openAdjustmentVoucher(line.adjustment_voucher_id);
        };
        super.onInfoClick(ev, { ...line, _onOpenAdjustment: openVoucher });
    },

    async openAdjustmentVoucher(voucherId) {
        this.action.doAction(await this.orm.call("adjustment.voucher", "get_formview_action", [[voucherId]]));
    },
});
