package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

func serviceSection() section {
	return section{name: "service_account_settings", used: `enforced_params`}
}

// accessOfGeneral reads what general_settings say of who may ask for what.
func (r *reader) accessOfGeneral(a *Access, n *node) {
	at := func(key string) (*node, string) { return n.get(key), join(generalName, key) }
	for key, to := range map[string]*bool{
		"default_team_disabled": &a.NoPersonal, "enforce_user_param": &a.RequireUser,
		"reject_clientside_metadata_tags": &a.RejectTags, "use_x_forwarded_for": &a.ForwardedFor, "hash_spend_log_names": &a.HashNames, "disable_spend_logs": &a.NoSpendLogs,
	} {
		if v := r.boolean(at(key)); v != nil {
			*to = *v
		}
	}
	for key, to := range map[string]*int64{"max_parallel_requests": &a.KeyParallel, "global_max_parallel_requests": &a.AllParallel} {
		if v := r.integer(n.get(key), join(generalName, key), 1); v != nil {
			*to = *v
		}
	}
	a.RequireParams = r.list(at("enforced_params"))
	if own := r.section(at("service_account_settings")); own != nil {
		key := join(generalName, "service_account_settings")
		r.onlyKeys(own, serviceSection().words(), key)
		a.ServiceParams = r.list(own.get("enforced_params"), join(key, "enforced_params"))
	}
	a.AllowedRoutes = r.routes(at("allowed_routes"))
	a.AdminRoutes = r.routes(at("admin_only_routes"))
	if a.PublicRoutes = r.list(at("public_routes")); len(a.PublicRoutes) > 0 {
		a.PublicRoutes = r.routes(at("public_routes"))
	}
	a.AllowedIPs = r.networks(at("allowed_ips"))
	const keep = "maximum_spend_logs_retention_period"
	if a.KeepRows = r.span(at(keep)); a.KeepRows != 0 && a.KeepRows < time.Hour {
		r.wrong(n.get(keep), join(generalName, keep), "an hour or more: what was spent is added up first")
	}
	if a.TrustedProxies = r.networks(at("mcp_trusted_proxy_ranges")); a.ForwardedFor && a.TrustedProxies == nil {
		v, key := at("use_x_forwarded_for")
		r.report(v.place, Warning, key, "the header X-Forwarded-For is believed of nobody: name the proxies in front of the gateway in mcp_trusted_proxy_ranges")
	}
	a.MaxReplyBytes = r.megabytes(at("max_response_size_mb"))
	a.KeyHeader = r.header(at("litellm_key_header_name"))
	a.CustomerHeader = r.customerHeader(n)
	if a.TokenLimits = r.str(at("token_rate_limit_type")); !slices.Contains([]string{"", "input", "output", "total"}, a.TokenLimits) {
		v, key := at("token_rate_limit_type")
		r.wrong(v, key, "input, output or total")
	}
}

// customerHeader is the header that says who the customer is: that of the
// mappings, else user_header_name. As in LiteLLM, which takes the first.
func (r *reader) customerHeader(n *node) string {
	const key = generalName + ".user_header_mappings"
	found := ""
	if list := n.get("user_header_mappings"); !list.null() {
		if list.kind == mapping { // LiteLLM takes one alone, too
			list = &node{place: list.place, kind: sequence, items: []*node{list}}
		}
		if list.kind != sequence {
			r.wrong(list, key, "a list of mappings with header_name and litellm_user_role")
		}
		for i, item := range list.items {
			at := fmt.Sprintf("%s[%d]", key, i)
			if item = r.section(item, at); item == nil {
				continue
			}
			r.onlyKeys(item, section{used: "header_name litellm_user_role"}.words(), at)
			name := r.header(item.get("header_name"), join(at, "header_name"))
			switch role := r.str(item.get("litellm_user_role"), join(at, "litellm_user_role")); {
			case strings.EqualFold(role, "customer"):
				found = orText(found, name)
			case strings.EqualFold(role, "internal_user"):
				r.once(item.place, at, "a header is not believed about which internal_user calls: the key says it")
			default:
				r.wrong(or(item.get("litellm_user_role"), item), join(at, "litellm_user_role"), "customer or internal_user")
			}
		}
	}
	return orText(found, r.header(n.get("user_header_name"), generalName+".user_header_name"))
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// header reads the name of one.
func (r *reader) header(n *node, key string) string {
	s := strings.TrimSpace(r.str(n, key))
	if s != "" && !headerName(s) {
		r.wrong(n, key, "a header's name: letters, digits and dashes")
		return ""
	}
	return s
}

// routes reads a list of paths. An empty one would keep everybody out, or
// nobody, which is as LiteLLM has it and never what was meant.
func (r *reader) routes(n *node, key string) []string {
	out := r.list(n, key)
	if out != nil && len(out) == 0 {
		r.wrong(n, key, "a list of paths, or taken out")
	}
	for i, s := range out {
		group := strings.HasPrefix(s, "LiteLLMRoutes.")
		if !group && (!strings.HasPrefix(s, "/") || strings.ContainsAny(strings.TrimSuffix(s, "*"), "*?# ")) {
			r.wrong(n.items[i], fmt.Sprintf("%s[%d]", key, i), "a path, one that ends in *, or LiteLLMRoutes and the name of a group")
		}
	}
	return out
}

// networks reads addresses and networks.
func (r *reader) networks(n *node, key string) []netip.Prefix {
	texts := r.list(n, key)
	if texts != nil && len(texts) == 0 {
		r.wrong(n, key, "a list of addresses, or taken out")
	}
	var out []netip.Prefix
	for i, s := range texts {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(s); err == nil {
				a = a.Unmap().WithZone("")
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil || p.Addr().Is4In6() {
			r.wrong(n.items[i], fmt.Sprintf("%s[%d]", key, i), "an address or a network: 10.0.0.7 or 10.0.0.0/8")
			continue
		}
		out = append(out, p.Masked())
	}
	return out
}

// megabytes reads a size in bytes; 0 when there is none.
func (r *reader) megabytes(n *node, key string) int64 {
	const want = "a number of megabytes"
	v := r.float(n, key, want)
	if v == nil {
		return 0
	}
	if !(*v >= 0 && *v <= 1<<20) {
		r.wrong(n, key, want)
		return 0
	}
	return int64(*v * (1 << 20))
}
