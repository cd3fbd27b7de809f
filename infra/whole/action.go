package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/infra/policy"
)

// members are what of a request's body says what it is about.
type members struct {
	TableName, IndexName string
	QueueUrl             string
	SecretId             string
	TransactItems        []map[string]struct{ TableName string }
}

// asked is what a request asks of AWS, in IAM's words: usually one action. A
// request that is not known here is an action that no policy has.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func (n names) asked(function, service string, r *http.Request, body []byte) []policy.Call {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var m members
	if service != "s3" {
		_ = json.Unmarshal(body, &m) // what is not JSON is not known
	}
	call := func(action, resource, below string) policy.Call {
		return policy.Call{Function: function, Action: service + ":" + action, Resource: n.plain(resource) + below}
	}
	switch service {
	case "dynamodb":
		if operation == "TransactWriteItems" { // it needs the actions of its parts, and has none of its own
			var calls []policy.Call
			for _, item := range m.TransactItems {
				for kind, of := range item { // Put, Update, Delete, ConditionCheck
					action := kind + "Item"
					if kind == "ConditionCheck" {
						action = "ConditionCheckItem"
					}
					calls = append(calls, call(action, of.TableName, ""))
				}
			}
			return calls
		}
		below := ""
		if m.IndexName != "" {
			below = "/index/" + m.IndexName
		}
		return []policy.Call{call(operation, m.TableName, below)}
	case "sqs":
		// Of many messages at once, the action is that of one.
		return []policy.Call{call(strings.TrimSuffix(operation, "Batch"), m.QueueUrl, "")}
	case "secretsmanager":
		return []policy.Call{call(operation, m.SecretId, "")}
	case "s3":
		bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		action := map[string]string{http.MethodGet: "GetObject", http.MethodPut: "PutObject", http.MethodDelete: "DeleteObject"}[r.Method]
		if r.Method == http.MethodGet && r.URL.Query().Has("versionId") {
			action = "GetObjectVersion"
		}
		if key == "" || action == "" {
			return []policy.Call{call(r.Method+" "+r.URL.RequestURI(), bucket, "")}
		}
		return []policy.Call{call(action, bucket, "/"+key)}
	}
	return []policy.Call{{Function: function, Action: service + ":" + operation, Resource: fmt.Sprintf("%s %s", r.Method, r.URL.Path)}}
}

// plain is the ARN, by logical ids, of a resource that a request names.
func (n names) plain(resource string) string {
	for id, is := range n {
		if resource != "" && (resource == is.Ref || resource == is.ARN) {
			return named(is.kind, id).ARN
		}
	}
	return resource
}
