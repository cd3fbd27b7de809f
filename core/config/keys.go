package config

import (
	"fmt"
	"slices"
	"strings"
)

// Keys say where the file has variables kept, for those that the environment has
// not: what LiteLLM calls its key management system.
type Keys struct {
	System  string   // aws_secret_manager, azure_key_vault, google_secret_manager or hashicorp_vault
	Primary string   // the one secret that has them all, a JSON object; "": each has its own
	Hosted  []string // the variables that are kept there; nil: the file does not say
}

const managementName = generalName + ".key_management_settings"

func managementSection() section {
	return section{
		name: managementName,
		used: `hosted_keys primary_secret_name access_mode`,
		inert: `description tags recovery_window custom_secret_manager aws_region_name aws_role_name aws_session_name aws_external_id
			aws_profile_name aws_web_identity_token aws_sts_endpoint`,
		ignored: `
			store_virtual_keys: virtual keys are kept by the gateway alone, as hashes
			prefix_for_stored_virtual_keys: virtual keys are kept by the gateway alone, as hashes`,
	}
}

// keys reads where variables are kept; nil when it is in the environment alone.
func (r *reader) keys(general *node) *Keys {
	const key = generalName + ".key_management_system"
	k := &Keys{System: r.str(general.get("key_management_system"), key)}
	if v := r.boolean(general.get("use_azure_key_vault"), generalName+".use_azure_key_vault"); k.System == "" && v != nil && *v {
		k.System = "azure_key_vault"
	}
	reads := true
	if n := r.section(general.get("key_management_settings"), managementName); n != nil {
		r.checkKeys(n, managementSection().words(), managementName)
		k.Primary = r.str(n.get("primary_secret_name"), managementName+".primary_secret_name")
		k.Hosted = r.strs(n.get("hosted_keys"), managementName+".hosted_keys")
		const access = managementName + ".access_mode"
		switch mode := n.get("access_mode"); r.str(mode, access) {
		case "", "read_only", "read_and_write":
		case "write_only":
			reads = false
		default:
			r.wrong(mode, access, "read_only, write_only or read_and_write")
		}
	}
	switch k.System {
	case "", "local":
		return nil
	case "aws_secret_manager", "azure_key_vault", "google_secret_manager", "hashicorp_vault":
	default:
		r.report(general.get("key_management_system").place, Warning, key, fmt.Sprintf("nothing is read from %s in this version: variables come from the environment, "+
			"or from aws_secret_manager, azure_key_vault, google_secret_manager or hashicorp_vault", k.System))
		return nil
	}
	if !reads {
		return nil
	}
	return k
}

// namedIn are the variables that a part of the file names, as references or
// within other text.
func namedIn(n *node, found []string) []string {
	for _, m := range n.members {
		found = namedIn(m.value, found)
	}
	for _, item := range n.items {
		found = namedIn(item, found)
	}
	_, name, ok := strings.Cut(n.text, envPrefix)
	if !ok {
		return found
	}
	if !strings.HasPrefix(n.text, envPrefix) { // a header: "Bearer os.environ/NAME"
		if end := strings.IndexFunc(name, notInName); end >= 0 {
			name = name[:end]
		}
	}
	if name == "" || slices.Contains(found, name) {
		return found
	}
	return append(found, name)
}

// notInName reports whether a variable's name ends before a letter.
func notInName(c rune) bool {
	return c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}
