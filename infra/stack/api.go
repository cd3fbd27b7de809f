package stack

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// addAPI adds the API, what of it is deployed, and where.
func addAPI(resources object, p Profile) error {
	apiBody := body(p)
	deployment, err := deploymentID(apiBody)
	if err != nil {
		return err
	}
	resources["Api"] = api(apiBody)
	resources[deployment] = object{"Type": "AWS::ApiGateway::Deployment", "Properties": object{"RestApiId": ref("Api")}}
	addStage(resources, p, deployment)
	return nil
}

// api is the REST API: the only kind that streams. It is regional, because an
// edge endpoint ends a stream that is silent for 30 seconds.
func api(body object) object {
	return object{
		"Type":     "AWS::ApiGateway::RestApi",
		"Metadata": accepted(finding{"APIG2", "the functions check every request, and answer in the words of the API that was called"}),
		"Properties": object{
			"Name":                  ref("AWS::StackName"),
			"EndpointConfiguration": object{"Types": []string{"REGIONAL"}},
			"BinaryMediaTypes":      binaryTypes(),
			"Body":                  body,
		},
	}
}

// deploymentID names a deployment after what it deploys: one is a snapshot, so
// a changed body needs a new one.
func deploymentID(body object) (string, error) {
	b, err := json.Marshal([]any{body, binaryTypes()})
	if err != nil {
		return "", fmt.Errorf("encode the api's body: %w", err)
	}
	return fmt.Sprintf("Deployment%x", sha256.Sum256(b))[:len("Deployment")+16], nil
}

// body describes the whole API in one OpenAPI document. As resources of their
// own, the routes would pass the 500 that a stack may have.
func body(p Profile) object {
	functions := map[string]routes.Function{}
	for _, f := range routes.Functions() {
		functions[f.Name] = f
	}
	paths := map[string]object{}
	for _, r := range routes.All() {
		path := strings.ReplaceAll(r.Path, "...}", "+}")
		if paths[path] == nil {
			paths[path] = object{}
		}
		method := strings.ToLower(r.Method)
		if r.Method == routes.Any {
			method = "x-amazon-apigateway-any-method"
		}
		paths[path][method] = operation(p, r, functions[r.Function])
	}
	return object{
		"openapi": "3.0.1",
		"info":    object{"title": "Tollgate", "version": "1"},
		"paths":   paths,

		"x-amazon-apigateway-gateway-responses": gatewayResponses(),
	}
}

// operation is a route's: who answers it, and how the answer is passed on. A
// streamed answer has another action of Lambda's API, with a date of its own.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
func operation(p Profile, r routes.Route, f routes.Function) object {
	invoke := "2015-03-31/functions/%s/invocations"
	integration := object{"type": "aws_proxy", "httpMethod": "POST", "responseTransferMode": string(f.Mode)}
	if f.Mode == routes.Stream {
		invoke = "2021-11-15/functions/%s/response-streaming-invocations"
		integration["timeoutInMillis"] = f.TimeoutSeconds * 1000
	}
	integration["uri"] = sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/" + fmt.Sprintf(invoke, p.invokedText(f.Name)))
	o := object{"responses": object{}, "x-amazon-apigateway-integration": integration}
	var parameters []object
	for element := range strings.SplitSeq(r.Path, "/") {
		if name, ok := strings.CutPrefix(element, "{"); ok {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "...")
			parameters = append(parameters, object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	if parameters != nil {
		o["parameters"] = parameters
	}
	return o
}
