// Package stack makes the CloudFormation template that deploys Tollgate from
// the route table: a route, a function's size or its mode is changed there, and
// the stack follows by itself.
//
// It makes CloudFormation's own JSON and needs nothing beside the route table,
// so the same table and the same zips give the same bytes. Shapes of resources:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
package stack

import (
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// object is a JSON object; encoding/json writes its members in order of name.
type object = map[string]any

// Profile is what differs between a stack to try things in and one to keep.
type Profile struct {
	Name    string // of the stage, and so the first part of every path
	Stack   string // the stack's name
	Keep    bool   // table and master key outlive the stack, and the table refuses to be deleted
	LogDays int    // how long logs are kept
}

// Profiles lists the profiles that there are.
func Profiles() []Profile {
	return []Profile{
		{Name: "dev", Stack: "tollgate-dev", LogDays: 7},
		{Name: "prod", Stack: "tollgate-prod", Keep: true, LogDays: 30},
	}
}

// Template is the template of a profile, ready for encoding/json. Zips has each
// function's object key in the bucket of the account's bootstrap.
func Template(p Profile, zips map[string]string) (map[string]any, error) {
	apiBody := body()
	deployment, err := deploymentID(apiBody)
	if err != nil {
		return nil, err
	}
	resources := object{
		"Secret":   secret(p),
		"Table":    table(p),
		"Bucket":   bucket(p),
		"Api":      api(apiBody),
		deployment: object{"Type": "AWS::ApiGateway::Deployment", "Properties": object{"RestApiId": ref("Api")}},
		"Stage":    stage(p, deployment),
	}
	for _, f := range routes.Functions() {
		if err := addFunction(resources, p, f, zips[f.Name]); err != nil {
			return nil, fmt.Errorf("function %s: %w", f.Name, err)
		}
	}
	for _, s := range routes.Schedules() {
		addSchedule(resources, s)
	}
	for _, q := range routes.Queues() {
		addQueue(resources, q)
	}
	return object{
		"AWSTemplateFormatVersion": "2010-09-09",
		"Description":              "Tollgate, an LLM gateway: " + p.Name,
		"Parameters":               parameters(),
		"Resources":                resources,
		"Outputs": object{
			"BaseUrl": object{
				"Description": "The base URL for OpenAI clients",
				"Value":       sub("https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}/v1"),
			},
			"MasterKey": object{"Description": "The secret that holds the master key", "Value": ref("Secret")},
		},
	}, nil
}

func parameters() object {
	return object{
		"RequestsPerSecond": object{
			"Type": "Number", "Default": 200, "MinValue": 1,
			"Description": "The whole API's rate. It bounds what a flood of wrong keys can cost.",
		},
	}
}

// secret is the master key, which CloudFormation makes: nobody types it, and no
// file has it.
func secret(p Profile) object {
	return p.kept(object{
		"Type":     "AWS::SecretsManager::Secret",
		"Metadata": accepted(finding{"SMG4", "what is in it is made by providers and by an operator, and functions read a changed one within the hour"}),
		"Properties": object{
			"Description": "Tollgate's master key",
			"GenerateSecretString": object{
				"SecretStringTemplate": "{}", "GenerateStringKey": masterKey,
				"PasswordLength": 48, "ExcludePunctuation": true,
			},
		},
	})
}

// kept says of a resource whether it outlives its stack.
func (p Profile) kept(resource object) object {
	policy := "Delete"
	if p.Keep {
		policy = "Retain"
	}
	resource["DeletionPolicy"], resource["UpdateReplacePolicy"] = policy, policy
	return resource
}

// logicalID is a function's name as the first part of its resources' ids.
func logicalID(function string) string { return strings.ToUpper(function[:1]) + function[1:] }

func ref(id string) object { return object{"Ref": id} }

func attribute(id, name string) object { return object{"Fn::GetAtt": []string{id, name}} }

func sub(text string) object { return object{"Fn::Sub": text} }
