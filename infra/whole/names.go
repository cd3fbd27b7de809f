package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Where the stack would be. moto's account has this number.
const (
	region    = "us-east-1"
	accountID = "123456789012"
)

// physical is what a resource is called once it is there.
type physical struct {
	Ref  string // what CloudFormation's Ref is of it: a name, an ARN or a URL, as its type has it
	ARN  string
	kind string // its type
}

// names are those of the resources by their logical ids.
type names map[string]physical

// logical are names made of logical ids alone: policies and calls of all runs
// are compared under these.
func logical(t *template) names {
	n := names{}
	for id, r := range t.Resources {
		n[id] = named(r.Type, id)
	}
	return n
}

// named is what a resource of a type is called by a name of one's own.
func named(kind, own string) physical {
	arn := func(service, resource string) string {
		return "arn:aws:" + service + ":" + region + ":" + accountID + ":" + resource
	}
	switch kind {
	case "AWS::DynamoDB::GlobalTable":
		return physical{own, arn("dynamodb", "table/"+own), kind}
	case "AWS::S3::Bucket":
		return physical{own, "arn:aws:s3:::" + own, kind}
	case "AWS::SecretsManager::Secret":
		return physical{arn("secretsmanager", "secret:"+own), arn("secretsmanager", "secret:"+own), kind}
	case "AWS::SQS::Queue":
		return physical{"https://sqs." + region + ".amazonaws.com/" + accountID + "/" + own, arn("sqs", own), kind}
	case "AWS::Logs::LogGroup":
		return physical{own, arn("logs", "log-group:"+own+":*"), kind}
	}
	return physical{own, arn("unknown", own), kind}
}

// placeholder is one of Fn::Sub.
var placeholder = regexp.MustCompile(`\$\{([^}]+)\}`)

// resolve is the text that a value of a template stands for.
func (n names) resolve(value json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text, nil
	}
	var by struct {
		Ref       string
		Attribute []string `json:"Fn::GetAtt"`
		Sub       string   `json:"Fn::Sub"`
	}
	if err := json.Unmarshal(value, &by); err != nil {
		return "", fmt.Errorf("read %s: %w", value, err)
	}
	switch {
	case by.Ref != "":
		return n.named(by.Ref)
	case len(by.Attribute) == 2:
		return n.named(by.Attribute[0] + "." + by.Attribute[1])
	case by.Sub != "":
		var failed error
		text = placeholder.ReplaceAllStringFunc(by.Sub, func(p string) string {
			s, err := n.named(p[2 : len(p)-1])
			if err != nil {
				failed = err
			}
			return s
		})
		return text, failed
	}
	return "", fmt.Errorf("no value is known of %s", value)
}

// named is the resource, or its ARN, that a reference names.
func (n names) named(reference string) (string, error) {
	switch reference {
	case "AWS::Region":
		return region, nil
	case "AWS::AccountId":
		return accountID, nil
	case "AWS::Partition":
		return "aws", nil
	}
	id, attribute, ok := strings.Cut(reference, ".")
	is, known := n[id]
	switch {
	case !known:
	case !ok:
		return is.Ref, nil
	case attribute == "Arn":
		return is.ARN, nil
	}
	return "", fmt.Errorf("no value is known of %s", reference)
}
