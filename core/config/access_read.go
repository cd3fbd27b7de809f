package config

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// What may stand in the mappings of settings about keys and people.
const (
	spendingKeys = `max_budget budget_duration max_parallel_requests tpm_limit rpm_limit`
	limitKeys    = `max_budget budget_limit budget_duration time_period tpm_limit rpm_limit`
)

func keyParamsSection() section {
	return section{name: "default_key_generate_params", used: spendingKeys + ` duration user_id team_id models metadata`}
}

func mostParamsSection() section {
	return section{name: "upperbound_key_generate_params", used: spendingKeys + ` duration`}
}

func keyRulesSection() section {
	return section{name: "key_generation_settings", used: `team_key_generation personal_key_generation`}
}

func userParamsSection() section {
	return section{name: "default_internal_user_params", used: spendingKeys + ` user_role models`, inert: `teams available_teams`}
}

func teamSettingsSection() section {
	return section{name: "default_team_settings", used: `team_id max_budget`, inert: `success_callback failure_callback langfuse_project
		langfuse_public_key langfuse_secret langfuse_host langsmith_api_key langsmith_project gcs_bucket_name gcs_path_service_account callback_vars`}
}

// accessOfLitellm reads what litellm_settings say of keys, people and budgets.
func (r *reader) accessOfLitellm(a *Access, n *node) {
	at := func(key string) (*node, string) { return n.get(key), join(litellmName, key) }
	a.NewKeys = r.keyParams(keyParamsSection(), n)
	a.MostKeys = r.keyParams(mostParamsSection(), n)
	a.SoftBudget = r.dollars(at("default_soft_budget"))
	r.keyRules(a, n.get("key_generation_settings"))
	r.users(a, n)
	a.TeamBudget = r.teamBudget(at("default_team_settings"))

	a.Budget = Spending{MaxBudget: r.dollars(at("max_budget")), Duration: r.period(at("budget_duration"))}
	if a.Budget.MaxBudget != nil && *a.Budget.MaxBudget == 0 {
		a.Budget = Spending{} // LiteLLM's word for none
	}
	a.CustomerBudget = r.dollars(at("max_end_user_budget"))
	a.CustomerTakes = r.str(at("max_end_user_budget_id"))
	a.Tags = r.spendings(n.get("tag_budget_config"), join(litellmName, "tag_budget_config"), limitKeys)
	if v := r.boolean(at("disable_end_user_cost_tracking")); v != nil {
		a.HideCustomers = *v
	}
	a.BlockedUsers = r.list(at("blocked_user_list"))
}

// users reads what new users have.
func (r *reader) users(a *Access, n *node) {
	const key = litellmName + ".default_internal_user_params"
	if own := r.section(n.get("default_internal_user_params"), key); own != nil {
		r.checkKeys(own, userParamsSection().words(), key)
		a.NewUsers = UserParams{Spending: r.spending(own, key), Models: r.list(own.get("models"), join(key, "models")), Role: r.str(own.get("user_role"), join(key, "user_role"))}
		if !slices.Contains([]string{"", "proxy_admin", "proxy_admin_viewer", "internal_user", "internal_user_viewer"}, a.NewUsers.Role) {
			r.wrong(own.get("user_role"), join(key, "user_role"), "proxy_admin, proxy_admin_viewer, internal_user or internal_user_viewer")
		}
	}
	a.InternalUsers.Duration = r.period(n.get("internal_user_budget_duration"), join(litellmName, "internal_user_budget_duration"))
	for _, name := range []string{"max_internal_user_budget", "default_max_internal_user_budget"} {
		if v := r.dollars(n.get(name), join(litellmName, name)); v != nil && a.InternalUsers.MaxBudget == nil {
			a.InternalUsers.MaxBudget = v
		}
	}
}

// keyParams reads a mapping of a key's settings.
func (r *reader) keyParams(s section, n *node) KeyParams {
	key := join(litellmName, s.name)
	own := r.section(n.get(s.name), key)
	if own == nil {
		return KeyParams{}
	}
	r.checkKeys(own, s.words(), key)
	return KeyParams{
		Spending: r.spending(own, key), Lasts: r.period(own.get("duration"), join(key, "duration")),
		UserID: r.str(own.get("user_id"), join(key, "user_id")), TeamID: r.str(own.get("team_id"), join(key, "team_id")),
		Models: r.list(own.get("models"), join(key, "models")), Metadata: r.optional(own.get("metadata"), join(key, "metadata")),
	}
}

// keyRules reads who may make keys. What is not understood there may keep
// somebody out, so it is an error.
func (r *reader) keyRules(a *Access, n *node) {
	const key = litellmName + ".key_generation_settings"
	if n = r.section(n, key); n == nil {
		return
	}
	r.onlyKeys(n, keyRulesSection().words(), key)
	for _, of := range []struct {
		name, roles string
		to          *KeyRules
	}{{"team_key_generation", "allowed_team_member_roles", &a.TeamKeys}, {"personal_key_generation", "allowed_user_roles", &a.PersonalKeys}} {
		at := join(key, of.name)
		own := r.section(n.get(of.name), at)
		if own == nil {
			continue
		}
		r.onlyKeys(own, section{used: of.roles + " required_params"}.words(), at)
		*of.to = KeyRules{Roles: r.list(own.get(of.roles), join(at, of.roles)), Required: r.list(own.get("required_params"), join(at, "required_params"))}
	}
}

// onlyKeys reports every key that is not known.
func (r *reader) onlyKeys(n *node, words map[string]word, path string) {
	for _, m := range n.members {
		if _, ok := words[m.key]; !ok {
			r.report(m.place, Error, join(path, m.key), fmt.Sprintf("unknown key %q", m.key))
		}
	}
}

// teamBudget reads default_team_settings, of which LiteLLM gives new teams the
// budget of the first.
func (r *reader) teamBudget(n *node, key string) *int64 {
	if n.null() {
		return nil
	}
	if n.kind != sequence {
		r.wrong(n, key, "a list of mappings with team_id")
		return nil
	}
	var first *int64
	for i, item := range n.items {
		at := fmt.Sprintf("%s[%d]", key, i)
		if item = r.section(item, at); item == nil {
			continue
		}
		r.checkKeys(item, teamSettingsSection().words(), at)
		v := r.dollars(item.get("max_budget"), join(at, "max_budget"))
		if i == 0 {
			first = v
		} else if v != nil {
			r.report(item.get("max_budget").place, Warning, join(at, "max_budget"), "only the max_budget of the first entry counts: it is that of every new team")
		}
	}
	return first
}

// spendings reads a mapping from names to budgets, in which these keys are known.
func (r *reader) spendings(n *node, key, known string) map[string]Spending {
	if n = r.section(n, key); n == nil {
		return nil
	}
	out := map[string]Spending{}
	for _, m := range n.members {
		at := join(key, m.key)
		own := r.section(m.value, at)
		if own == nil {
			continue
		}
		r.onlyKeys(own, section{used: known}.words(), at)
		s := r.spending(own, at)
		if v := own.get("budget_limit"); v != nil {
			s.MaxBudget = r.dollars(v, join(at, "budget_limit"))
		}
		if v := own.get("time_period"); v != nil {
			s.Duration = r.period(v, join(at, "time_period"))
		}
		out[m.key] = s
	}
	return out
}

// spending reads a budget and limits under LiteLLM's names.
func (r *reader) spending(n *node, path string) Spending {
	whole := func(key string) *int64 { return r.integer(n.get(key), join(path, key), 0) }
	return Spending{
		MaxBudget: r.dollars(n.get("max_budget"), join(path, "max_budget")), Duration: r.period(n.get("budget_duration"), join(path, "budget_duration")),
		Parallel: whole("max_parallel_requests"), TPM: whole("tpm_limit"), RPM: whole("rpm_limit"),
	}
}

// mostDollars is the largest budget: what 64 bits hold in pico-dollars.
const mostDollars = 9_000_000

// dollars reads an amount in pico-dollars; nil when there is none.
func (r *reader) dollars(n *node, key string) *int64 {
	const want = "a number of dollars"
	v := r.float(n, key, want)
	if v == nil {
		return nil
	}
	if !(*v >= 0 && *v <= mostDollars) {
		r.wrong(n, key, fmt.Sprintf("%s from 0 to %d", want, mostDollars))
		return nil
	}
	pico := int64(math.Round(*v * 1e12))
	return &pico
}

// period reads how long a budget or a key is for.
func (r *reader) period(n *node, key string) string {
	s := r.str(n, key)
	if s != "" && !regexp.MustCompile(`^0*[1-9][0-9]{0,8}(s|m|min|h|d|w|mo)$`).MatchString(s) {
		r.wrong(n, key, "a time with a unit: 30s, 30m, 30h, 30d, 2w or 1mo")
		return ""
	}
	return s
}

// list reads a list of texts, of which each must say something.
func (r *reader) list(n *node, key string) []string {
	if n.null() {
		return nil
	}
	if n.kind != sequence {
		r.wrong(n, key, "a list of texts")
		return nil
	}
	out := []string{}
	for i, item := range n.items {
		at := fmt.Sprintf("%s[%d]", key, i)
		s := r.str(item, at)
		if s == "" || strings.TrimSpace(s) != s {
			r.wrong(item, at, "text without spaces around it")
			continue
		}
		out = append(out, s)
	}
	return out
}
