// Package stack makes the CloudFormation template that deploys Tollgate from
// the route table: a route, a function's size or its mode is changed there, and
// the stack follows by itself. Each kind of resource has a file of its own;
// options.go lists what a deployment may choose.
//
// It makes CloudFormation's own JSON and needs nothing beside the route table,
// so the same table and the same zips give the same bytes. Shapes of resources:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
package stack

import (
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// Template is the template of a profile, ready for encoding/json. Zips has each
// function's object key in the bucket of the account's bootstrap.
func Template(p Profile, zips map[string]string) (map[string]any, error) {
	resources := object{"Secret": secret(p), "Table": table(p)}
	addBuckets(resources, p)
	if err := addAPI(resources, p); err != nil {
		return nil, err
	}
	for _, f := range routes.Functions() {
		if err := addFunction(resources, p, f, zips[f.Name]); err != nil {
			return nil, fmt.Errorf("function %s: %w", f.Name, err)
		}
	}
	for _, s := range routes.Schedules() {
		addSchedule(resources, p, s)
	}
	for _, q := range routes.Queues() {
		addQueue(resources, p, q)
	}
	if err := addOptions(resources, p); err != nil {
		return nil, err
	}
	return object{
		"AWSTemplateFormatVersion": "2010-09-09",
		"Description":              "Tollgate, an LLM gateway: " + p.Name,
		"Parameters":               parameters(p),
		"Resources":                resources,
		"Outputs":                  outputs(p),
	}, nil
}

// addOptions adds what is there only if it was asked for.
func addOptions(resources object, p Profile) error {
	if p.Key {
		resources["Key"] = key(p)
	}
	if p.FunctionURL {
		addURL(resources, p)
	}
	if p.Domain.Name != "" {
		addDomain(resources, p)
	}
	if p.FirewallRate > 0 {
		addFirewall(resources, p)
	}
	if p.Alarms {
		addAlarms(resources, p)
	}
	if !p.Dashboard {
		return nil
	}
	var err error
	resources["Dashboard"], err = dashboard(p)
	return err
}

func parameters(p Profile) object {
	return object{
		"RequestsPerSecond": object{
			"Type": "Number", "Default": p.RequestsPerSecond, "MinValue": 1,
			"Description": "The whole API's rate. It bounds what a flood of wrong keys can cost.",
		},
	}
}
