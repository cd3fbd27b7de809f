package config

import (
	"fmt"
	"slices"
	"strings"
)

// Alerting is who is told of budgets that run out and of keys that will expire:
// general_settings.alerting and what goes with it. Addresses are references, or
// literals that nobody prints.
type Alerting struct {
	Slack   bool                // SLACK_WEBHOOK_URL, unless To has the type
	Webhook bool                // WEBHOOK_URL
	Types   []string            // alert_types; nil: all
	To      map[string][]string // alert_to_webhook_url: Slack's addresses by alert type
	Log     bool                // alerting_args.log_to_console: alerts are in the log, too
	Days    []int               // alerting_args.key_expiry_days: before a key expires; nil: 7 and 1
}

// alertTypes are LiteLLM's alert types, and the gateway's own key_expiry.
func alertTypes() section {
	return section{
		name: "alert_types",
		used: `budget_alerts key_expiry`,
		inert: `llm_exceptions llm_too_slow llm_requests_hanging spend_reports failed_tracking_spend db_exceptions daily_reports
			cooldown_deployment new_model_added outage_alerts region_outage_alerts fallback_reports new_virtual_key_created
			virtual_key_updated virtual_key_deleted new_team_created team_updated team_deleted new_internal_user_created
			internal_user_updated internal_user_deleted`,
	}
}

func alertingArgsSection() section {
	return section{
		name: "alerting_args",
		used: `log_to_console key_expiry_days`,
		inert: `daily_report_frequency report_check_interval outage_alert_ttl region_outage_alert_ttl
			minor_outage_alert_threshold major_outage_alert_threshold max_outage_alert_list_size`,
		ignored: `
			budget_alert_ttl: a budget is told of once in its period`,
	}
}

const alertingName = generalName + ".alerting"

// alerting reads what general_settings says of alerts; nil when nobody is told.
func (r *reader) alerting(general *node) *Alerting {
	a := &Alerting{To: r.alertAddresses(general.get("alert_to_webhook_url"))}
	if n := general.get("alert_types"); !n.null() {
		a.Types = r.alertKinds(n)
	}
	r.alertingArgs(general.get("alerting_args"), a)
	list := general.get("alerting")
	for _, name := range r.strs(list, alertingName) {
		switch name {
		case "slack":
			a.Slack = true
		case "webhook":
			a.Webhook = true
		default: // email, pagerduty
			r.report(list.place, Warning, alertingName, name+" is not active in this version")
		}
	}
	if !a.Slack && !a.Webhook {
		return nil
	}
	for _, at := range []struct {
		needed bool
		name   string
	}{{a.Webhook, "WEBHOOK_URL"}, {a.Slack && !a.addressed(), "SLACK_WEBHOOK_URL"}} {
		if _, set := r.lookup(at.name); at.needed && !set {
			r.report(list.place, Warning, alertingName, fmt.Sprintf("the environment variable %s is not set: alerts get lost", at.name))
		}
	}
	return a
}

// addressed reports whether all alerts have a Slack address of their own.
func (a *Alerting) addressed() bool {
	kinds := a.Types
	if kinds == nil {
		kinds = strings.Fields(alertTypes().used)
	}
	return !slices.ContainsFunc(kinds, func(kind string) bool { return len(a.To[kind]) == 0 })
}

// alertKinds are the alert types of a list that there are.
func (r *reader) alertKinds(n *node) []string {
	const key = generalName + ".alert_types"
	words, out := alertTypes().words(), []string{}
	for _, kind := range r.strs(n, key) {
		if r.alertKind(n, key, kind, words) {
			out = append(out, kind)
		}
	}
	return out
}

func (r *reader) alertKind(n *node, key, kind string, words map[string]word) bool {
	switch words[kind].status {
	case used:
		return true
	case inert:
		r.once(n.place, key, "alerts of the type "+kind+" are not active in this version")
	default:
		severity, message := Warning, fmt.Sprintf("there is no alert type %q", kind)
		if better := nearest(kind, words, known); better != "" {
			severity, message = Error, message+fmt.Sprintf(": did you mean %q?", better)
		}
		r.report(n.place, severity, key, message)
	}
	return false
}

// alertAddresses reads an address, or several, by alert type. References stay.
func (r *reader) alertAddresses(n *node) map[string][]string {
	const key = generalName + ".alert_to_webhook_url"
	if n = r.section(n, key); n == nil {
		return nil
	}
	words, out := alertTypes().words(), map[string][]string{}
	for _, m := range n.members {
		if !r.alertKind(m.value, key, m.key, words) {
			continue
		}
		items := m.value.items
		if m.value.kind == scalar {
			items = []*node{m.value}
		}
		for _, item := range items {
			if item.null() || item.kind != scalar {
				r.wrong(m.value, join(key, m.key), "an address or a list of them")
				continue
			}
			r.checkReference(item, join(key, m.key))
			out[m.key] = append(out[m.key], item.text)
		}
	}
	return out
}

func (r *reader) alertingArgs(n *node, a *Alerting) {
	const key = generalName + ".alerting_args"
	if n = r.section(n, key); n == nil {
		return
	}
	r.checkKeys(n, alertingArgsSection().words(), key)
	if v := r.boolean(n.get("log_to_console"), join(key, "log_to_console")); v != nil {
		a.Log = *v
	}
	days := n.get("key_expiry_days")
	if days.null() {
		return
	}
	items := days.items
	if days.kind == scalar {
		items = []*node{days}
	}
	a.Days = []int{}
	for _, item := range items {
		at := join(key, "key_expiry_days")
		v := r.count(item, at)
		if v == nil || *v < 1 || *v > 90 {
			r.wrong(days, at, "numbers of days from 1 to 90")
			continue
		}
		a.Days = append(a.Days, *v)
	}
}

// explain says who is told of what.
func (a *Alerting) explain() string {
	var to []string
	if a.Slack {
		to = append(to, "slack")
	}
	if a.Webhook {
		to = append(to, "webhook")
	}
	kinds := a.Types
	if kinds == nil {
		kinds = strings.Fields(alertTypes().used)
	}
	if len(kinds) == 0 {
		return "nobody is told of anything: alert_types has none that is sent"
	}
	return strings.Join(to, " and ") + " get " + strings.Join(kinds, " and ")
}
