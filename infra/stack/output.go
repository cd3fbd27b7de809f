package stack

import "github.com/tollgate-llm/tollgate/core/routes"

// outputs is what who deploys wants to know of the stack.
func outputs(p Profile) object {
	var base any = sub("https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}/v1")
	if p.Domain.Name != "" {
		base = p.Domain.url() + "/v1"
	}
	all := object{
		"BaseUrl": output("The base URL for OpenAI clients", base),
		"Secret":  output("The secret that holds the master key, and providers' keys by the names of their variables", ref("Secret")),
		"Bucket":  output("The bucket that holds the configuration, as "+routes.ConfigKey, ref("Bucket")),
		"Table":   output("The table of keys, budgets, spend and responses", ref("Table")),
	}
	if p.FunctionURL {
		all["FunctionUrl"] = output("The base URL of chat's own address, without API Gateway", sub("${"+logicalID(front)+"Url.FunctionUrl}v1"))
	}
	if p.Dashboard {
		all["DashboardUrl"] = output("The dashboard",
			sub("https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/${Dashboard}"))
	}
	return all
}

func output(description string, value any) object {
	return object{"Description": description, "Value": value}
}
