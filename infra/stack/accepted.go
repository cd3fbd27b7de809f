package stack

import (
	"cmp"
	"slices"
	"strings"
)

// finding is one of cdk-nag's rule set AwsSolutions that a resource is left
// with, and why.
type finding struct{ rule, reason string }

// accepted says so at the resource, as cdk-nag itself writes it. What is found
// more than once is accepted once, for all its reasons.
// https://github.com/cdklabs/cdk-nag#audit-trail-cloudformation-metadata
func accepted(findings ...finding) object {
	reasons := map[string][]string{}
	var order []string
	for _, f := range findings {
		if reasons[f.rule] == nil {
			order = append(order, f.rule)
		}
		if !slices.Contains(reasons[f.rule], f.reason) {
			reasons[f.rule] = append(reasons[f.rule], f.reason)
		}
	}
	rules := []object{}
	for _, rule := range order {
		rules = append(rules, object{"id": "AwsSolutions-" + rule, "reason": strings.Join(reasons[rule], "; ")})
	}
	return object{"cdk_nag": object{"rules_to_suppress": rules}}
}

// wildcards are the findings for a grant on a resource with a star.
func wildcards(resource any, why string) []finding {
	name, _ := resource.(string)
	if text, ok := resource.(object); ok {
		name, _ = text["Fn::Sub"].(string)
	}
	if !strings.Contains(name, "*") {
		return nil
	}
	name = strings.NewReplacer("${", "<", "}", ">").Replace(name) // as cdk-nag writes it
	return []finding{{"IAM5[Resource::" + name + "]", cmp.Or(why, "objects below one prefix of the stack's own bucket")}}
}
