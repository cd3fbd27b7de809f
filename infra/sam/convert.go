package sam

import (
	"maps"
	"strings"
)

// globals is what all functions have the same. CodeUri is all of the repository,
// as `make build-ChatFunction` needs it. Without the version, SAM adds a stage.
func globals() object {
	return object{"Api": object{"OpenApiVersion": "3.0.1"}, "Function": object{
		"CodeUri": ".", "Handler": "bootstrap", "Runtime": "provided.al2023", "Architectures": []string{"arm64"}, "Tracing": "Active",
	}}
}

// serverless makes SAM's function of CloudFormation's, and leaves other
// resources as they are.
func serverless(r object) {
	delete(r, "Metadata") // what is accepted of cdk-nag, which does not read this
	if r["Type"] != "AWS::Lambda::Function" {
		return
	}
	r["Type"] = "AWS::Serverless::Function"
	r["Metadata"] = object{"BuildMethod": "makefile"}
	for _, name := range []string{"Code", "Handler", "Runtime", "Architectures", "TracingConfig"} {
		delete(r["Properties"].(object), name)
	}
}

// serverlessAPI makes SAM's API of CloudFormation's, with the deployment and the
// stage that SAM makes by itself, so that `sam local start-api` knows its routes.
//
// SAM's stage waits for nothing, so nothing makes sure that there is a log of API
// Gateway's own errors before API Gateway makes one: those are not logged.
func serverlessAPI(resources object) {
	api, stage := resources["Api"].(object), resources["Stage"].(object)["Properties"].(object)
	given := api["Properties"].(object)
	settings := stage["MethodSettings"].([]any)
	delete(settings[0].(object), "LoggingLevel")
	properties := object{
		"Name": given["Name"], "DefinitionBody": given["Body"], "StageName": stage["StageName"],
		"EndpointConfiguration": object{"Type": given["EndpointConfiguration"].(object)["Types"].([]any)[0]},
		"MethodSettings":        settings,
		"AccessLogSetting":      stage["AccessLogSetting"], "TracingEnabled": stage["TracingEnabled"],
	}
	var types []any
	for _, t := range given["BinaryMediaTypes"].([]any) {
		types = append(types, strings.ReplaceAll(t.(string), "/", "~1")) // as SAM spells them
	}
	properties["BinaryMediaTypes"] = types
	resources["Api"] = object{"Type": "AWS::Serverless::Api", "DependsOn": "ApiAccount", "Properties": properties}
	maps.DeleteFunc(resources, func(id string, r any) bool {
		return r.(object)["Type"] == "AWS::ApiGateway::Deployment" || id == "Stage" || id == "ApiLogs"
	})
}

// logDays is the parameter that says how long all logs are kept.
const logDays = "LogRetentionDays"

// marked is a value with parameters in it where the stack has the stage's name
// or the days. Name is the member it is the value of; texts of Fn::Sub take a
// parameter as they are.
func marked(value any, name string) any {
	switch v := value.(type) {
	case object:
		for member := range v {
			v[member] = marked(v[member], member)
		}
	case []any:
		for i := range v {
			v[i] = marked(v[i], name)
		}
	case string:
		text := strings.NewReplacer(stageMark, "${StageName}", "${Stage}", "${StageName}").Replace(v)
		switch {
		case v == stageMark:
			return object{"Ref": "StageName"}
		case text != v && name != "Fn::Sub":
			return object{"Fn::Sub": text}
		}
		return text
	default:
		if name == "RetentionInDays" {
			return object{"Ref": logDays}
		}
	}
	return value
}
