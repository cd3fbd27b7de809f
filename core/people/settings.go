package people

import "cmp"

// Settings are what an operator says about keys that people make, in LiteLLM's
// litellm_settings.
type Settings struct {
	Default KeyParams // default_key_generate_params: what a key has that asks for nothing else
	Upper   KeyParams // upperbound_key_generate_params: what no key may have more of
}

// KeyParams are the settings of a key that an operator may say. Absent is
// nothing said.
type KeyParams struct {
	MaxBudget      *Dollars `json:"max_budget"`
	BudgetDuration string   `json:"budget_duration"`
	Duration       string   `json:"duration"`
	Parallel       *int64   `json:"max_parallel_requests"`
	TPM            *int64   `json:"tpm_limit"`
	RPM            *int64   `json:"rpm_limit"`
	UserID         string   `json:"user_id"`
	TeamID         string   `json:"team_id"`
	Models         []string `json:"models"`
	Metadata       Free     `json:"metadata"`
}

// fill gives a new key what it does not ask for, and holds it to the most there
// is.
func (s *Settings) fill(n *NewKey, k *Key) error {
	def, up := &s.Default, &s.Upper
	k.MaxBudget = either(k.MaxBudget, def.MaxBudget)
	k.BudgetDuration = cmp.Or(k.BudgetDuration, def.BudgetDuration)
	n.Duration = cmp.Or(n.Duration, def.Duration)
	k.Parallel, k.TPM, k.RPM = either(k.Parallel, def.Parallel), either(k.TPM, def.TPM), either(k.RPM, def.RPM)
	k.TeamID = cmp.Or(k.TeamID, def.TeamID)
	if !n.ServiceAccount {
		k.UserID = cmp.Or(k.UserID, def.UserID)
	}
	if len(k.Models) == 0 {
		k.Models = def.Models
	}
	if len(k.Metadata) == 0 {
		k.Metadata = def.Metadata
	}
	most := bound{who: "config", spending: Spending{MaxBudget: up.MaxBudget, Parallel: up.Parallel, TPM: up.TPM, RPM: up.RPM}}
	if err := (demand{spending: &k.Spending}).spends(most); err != nil {
		return err
	}
	k.MaxBudget = either(k.MaxBudget, up.MaxBudget)
	k.Parallel, k.TPM, k.RPM = either(k.Parallel, up.Parallel), either(k.TPM, up.TPM), either(k.RPM, up.RPM)
	if err := atMost("budget_duration", &k.BudgetDuration, up.BudgetDuration); err != nil {
		return err
	}
	return atMost("duration", &n.Duration, up.Duration)
}

// atMost holds a duration to the longest there may be.
func atMost(field string, asked *string, most string) error {
	if most == "" {
		return nil
	}
	if *asked == "" {
		*asked = most
		return nil
	}
	longest, err := ParseSpan(most)
	if err != nil {
		return unavailable(err)
	}
	span, err := ParseSpan(*asked)
	if *asked == "-1" || err == nil && span.seconds() > longest.seconds() {
		return bad(field, "%s is over max limit set in config - user_value=%.40s; max_value=%s", field, *asked, most)
	}
	return nil
}
