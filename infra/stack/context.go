package stack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// option is a key of the CDK's context (cdk deploy -c KEY=VALUE), and what it
// changes in a profile.
type option struct {
	key, usage string
	set        func(p *Profile, value string) error
}

// options lists what may be changed, besides the stage. A key that is not here
// is an error: a misspelt one would deploy a stack without what was asked for.
func options() []option {
	return []option{
		{nameKey, "the stack's name, instead of tollgate-STAGE", func(p *Profile, value string) error {
			if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,127}$`).MatchString(value) {
				return fmt.Errorf("got %q, want letters, digits and dashes, a letter first, 128 at most", value)
			}
			p.Stack = value
			return nil
		}},
	}
}

const (
	stageKey = "stage" // chooses a profile; without it the app has a stack for each
	nameKey  = "name"
)

// Configured lists the profiles that a context asks for, with its options. Keys
// of the CDK's own (aws:..., @aws-cdk/...) are left to the CDK.
func Configured(context map[string]any) ([]Profile, error) {
	profiles := Profiles()
	if stage, ok := context[stageKey]; ok {
		at := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == stage })
		if at < 0 {
			return nil, fmt.Errorf("context %s: there is no profile %v", stageKey, stage)
		}
		profiles = profiles[at : at+1]
	}
	for _, key := range slices.Sorted(maps.Keys(context)) {
		if key == stageKey || strings.HasPrefix(key, "aws:") || strings.HasPrefix(key, "@aws-cdk/") {
			continue
		}
		all := options()
		at := slices.IndexFunc(all, func(o option) bool { return o.key == key })
		if at < 0 {
			return nil, fmt.Errorf("context %s: there is no such option; there are stage%s", key, usages(all))
		}
		value, err := scalar(context[key])
		if err != nil {
			return nil, fmt.Errorf("context %s: %w", key, err)
		}
		if key == nameKey && len(profiles) > 1 {
			return nil, fmt.Errorf("context %s: it is one stack's, and needs a %s", key, stageKey)
		}
		for i := range profiles {
			if err := all[at].set(&profiles[i], value); err != nil {
				return nil, fmt.Errorf("context %s: %w", key, err)
			}
		}
	}
	return profiles, nil
}

// scalar is a value of the context as the command line would have it: cdk.json
// may have a number where -c has its digits.
func scalar(value any) (string, error) {
	switch value.(type) {
	case string, bool, float64:
		return fmt.Sprint(value), nil
	}
	return "", fmt.Errorf("got %v, want a string, a number, true or false", value)
}

func usages(all []option) string {
	var b strings.Builder
	for _, o := range all {
		fmt.Fprintf(&b, "; %s (%s)", o.key, o.usage)
	}
	return b.String()
}
