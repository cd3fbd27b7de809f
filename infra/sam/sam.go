// Package sam makes template.yaml of the stack that CloudFormation deploys, for
// who has AWS's Serverless Application Model. Functions and the API become SAM's,
// which `sam build` builds and `sam local` runs; everything else stays as it is.
//
// The API keeps its one document, and a permission for each function, where SAM
// would like an event at the function for each route: it makes a permission of
// each, and admin's would be over twice the 20 KB that Lambda allows a function's
// policy.
// https://github.com/aws/serverless-application-model/issues/337
package sam

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/stack"
)

// object is a JSON object.
type object = map[string]any

// stageMark stands for the stage's name where that will be a parameter.
const stageMark = "STAGE-NAME"

// head is what a reader has to know first.
const head = `# Tollgate on AWS, for SAM. Written by ` + "`make template`" + ` from core/routes and infra/stack, as
# the CDK app's stack is; changes here are lost, and a test fails until it is written again.
`

// Template is template.yaml: the profile to try things in, with what can be
// chosen by parameters.
func Template() ([]byte, error) {
	p := stack.Profiles()[0]
	stage := p.Name
	p.Name, p.Alarms, p.Dashboard = stageMark, false, false
	t, err := made(p)
	if err != nil {
		return nil, err
	}
	for _, c := range choices() {
		with := p
		c.choose(&with)
		more, err := made(with)
		if err != nil {
			return nil, err
		}
		if err := add(t, more, c); err != nil {
			return nil, err
		}
	}
	resources := t["Resources"].(object)
	serverlessAPI(resources)
	for _, r := range resources {
		serverless(r.(object))
	}
	t = marked(t, "").(object)
	t["Transform"] = "AWS::Serverless-2016-10-31"
	t["Description"] = "Tollgate, an LLM gateway"
	t["Globals"] = globals()
	parameters := t["Parameters"].(object)
	parameters["StageName"] = object{
		"Type": "String", "Default": stage, "AllowedPattern": "[A-Za-z0-9_]+",
		"Description": "The stage's name, which is the first part of every path.",
	}
	parameters[logDays] = object{
		"Type": "Number", "Default": p.LogDays, "AllowedValues": stack.Retentions(),
		"Description": "How long logs are kept.",
	}
	b, err := encode(t)
	if err != nil {
		return nil, fmt.Errorf("write the template: %w", err)
	}
	return append([]byte(head), b...), nil
}

// made is a profile's template. Its functions have no zips: SAM builds them.
func made(p stack.Profile) (object, error) {
	zips := map[string]string{}
	for _, f := range routes.Functions() {
		zips[f.Name] = f.Name
	}
	template, err := stack.Template(p, zips)
	if err != nil {
		return nil, err
	}
	return plain(template)
}

// plain is a template as any reader of JSON has it: of objects, lists and scalars,
// whatever types they were made of.
func plain(template object) (object, error) {
	b, err := json.Marshal(template)
	if err != nil {
		return nil, fmt.Errorf("encode the template: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var t object
	if err := d.Decode(&t); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	return t, nil
}
