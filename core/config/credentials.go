package config

import "fmt"

func credentialSection() section {
	return section{name: "credential_list", used: `credential_name credential_values credential_info`}
}

// credentialList reads credential_list: what a deployment has that names one.
func (r *reader) credentialList(n *node) map[string][]member {
	const key = "credential_list"
	if n.null() {
		return nil
	}
	if n.kind != sequence {
		r.wrong(n, key, "a list of mappings with credential_name and credential_values")
		return nil
	}
	out := map[string][]member{}
	for i, item := range n.items {
		at := fmt.Sprintf("%s[%d]", key, i)
		if item.kind != mapping {
			r.wrong(item, at, "a mapping with credential_name and credential_values")
			continue
		}
		r.checkKeys(item, credentialSection().words(), at)
		name := r.str(item.get("credential_name"), join(at, "credential_name"))
		values := r.section(item.get("credential_values"), join(at, "credential_values"))
		if name == "" {
			r.report(item.place, Error, at, "this entry has no credential_name")
			continue
		}
		if _, twice := out[name]; twice {
			r.report(item.place, Error, at, fmt.Sprintf("there is another credential named %q", name))
		}
		out[name] = nil
		if values != nil {
			for _, m := range values.members {
				r.checkParam(m, join(at, "credential_values"))
			}
			out[name] = values.members
		}
	}
	return out
}

// credentialOf is what the credential has that a deployment names.
func (r *reader) credentialOf(n *node, path string) []member {
	key := join(path, "litellm_credential_name")
	name := r.str(n.get("litellm_credential_name"), key)
	if name == "" {
		return nil
	}
	values, ok := r.credentials[name]
	if !ok {
		r.report(n.get("litellm_credential_name").place, Error, key, fmt.Sprintf("credential_list has no credential named %q", name))
	}
	return values
}
