package stack

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// setting is a part of a profile, as text.
type setting struct {
	show func(p Profile) string
	set  func(p *Profile, value string) error
}

// text is a setting of a text that a pattern describes; words say the same.
func text(pattern, words string, of func(p *Profile) *string) setting {
	return setting{
		func(p Profile) string { return *of(&p) },
		func(p *Profile, value string) error {
			if !regexp.MustCompile(pattern).MatchString(value) {
				return fmt.Errorf("got %q, want %s", value, words)
			}
			*of(p) = value
			return nil
		},
	}
}

// list is a setting of texts between commas.
func list(pattern, words string, of func(p *Profile) *[]string) setting {
	return setting{
		func(p Profile) string { return strings.Join(*of(&p), ",") },
		func(p *Profile, value string) error {
			all := strings.Split(value, ",")
			for _, one := range all {
				if !regexp.MustCompile(pattern).MatchString(one) {
					return fmt.Errorf("got %q, want %s, with commas between", one, words)
				}
			}
			*of(p) = all
			return nil
		},
	}
}

func flag(of func(p *Profile) *bool) setting {
	return setting{
		func(p Profile) string { return strconv.FormatBool(*of(&p)) },
		func(p *Profile, value string) error {
			if value != "true" && value != "false" {
				return fmt.Errorf("got %q, want true or false", value)
			}
			*of(p) = value == "true"
			return nil
		},
	}
}

func number(low, high int, of func(p *Profile) *int) setting {
	return setting{
		func(p Profile) string { return strconv.Itoa(*of(&p)) },
		func(p *Profile, value string) error {
			n, err := strconv.Atoi(value)
			if err != nil || n < low || n > high {
				return fmt.Errorf("got %q, want a whole number from %d to %d", value, low, high)
			}
			*of(p) = n
			return nil
		},
	}
}

// logDays is a setting of how long logs are kept.
func logDays() setting {
	return setting{
		func(p Profile) string { return strconv.Itoa(p.LogDays) },
		func(p *Profile, value string) error {
			n, err := strconv.Atoi(value)
			if err != nil || !slices.Contains(Retentions(), n) {
				return fmt.Errorf("got %q, want a retention that CloudWatch Logs has", value)
			}
			p.LogDays = n
			return nil
		},
	}
}

// byFunction is a setting of a number for some functions: chat:100,embed:20.
func byFunction(of func(p *Profile) *map[string]int) setting {
	return setting{
		func(p Profile) string {
			var all []string
			for _, name := range slices.Sorted(maps.Keys(*of(&p))) {
				all = append(all, fmt.Sprintf("%s:%d", name, (*of(&p))[name]))
			}
			return strings.Join(all, ",")
		},
		func(p *Profile, value string) error {
			all := map[string]int{}
			for pair := range strings.SplitSeq(value, ",") {
				name, count, _ := strings.Cut(pair, ":")
				n, err := strconv.Atoi(count)
				if err != nil || n < 1 {
					return fmt.Errorf("got %q, want FUNCTION:NUMBER, with commas between", pair)
				}
				if !slices.ContainsFunc(routes.Functions(), func(f routes.Function) bool { return f.Name == name }) {
					return fmt.Errorf("there is no function %q", name)
				}
				all[name] = n
			}
			*of(p) = all
			return nil
		},
	}
}

// tags is a setting of names and values: team=llm,cost-center=12.
func tags(of func(p *Profile) *map[string]string) setting {
	return setting{
		func(p Profile) string {
			var all []string
			for _, name := range slices.Sorted(maps.Keys(*of(&p))) {
				all = append(all, name+"="+(*of(&p))[name])
			}
			return strings.Join(all, ",")
		},
		func(p *Profile, value string) error {
			all := map[string]string{}
			for pair := range strings.SplitSeq(value, ",") {
				name, text, ok := strings.Cut(pair, "=")
				if !ok || name == "" || len(name) > 128 || len(text) > 256 {
					return fmt.Errorf("got %q, want NAME=VALUE, with commas between", pair)
				}
				if strings.HasPrefix(strings.ToLower(name), "aws:") {
					return errors.New("names that begin with aws: are AWS's own")
				}
				all[name] = text
			}
			*of(p) = all
			return nil
		},
	}
}
