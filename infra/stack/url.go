package stack

// addURL gives chat an address of its own: no price for a request and no API
// Gateway, but no throttle either, so it is refused without a bound on the
// function's environments. Keys are checked by the function, as they are behind
// the API.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
func addURL(resources object, p Profile) {
	id := logicalID(front)
	url := object{"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM", "TargetFunctionArn": ref(id + "Function")}
	if p.Provisioned[front] > 0 {
		url["Qualifier"] = aliasName
	}
	resource := object{"Type": "AWS::Lambda::Url", "Properties": url}
	if p.Provisioned[front] > 0 {
		resource["DependsOn"] = []string{id + "Alias"}
	}
	resources[id+"Url"] = resource
	// Both are needed, the second for what comes by the address only.
	resources[id+"UrlPermission"] = public(p, object{"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"})
	resources[id+"UrlInvokePermission"] = public(p, object{"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": true})
}

func public(p Profile, properties object) object {
	properties["FunctionName"], properties["Principal"] = p.invoked(front), "*"
	return object{"Type": "AWS::Lambda::Permission", "Properties": properties}
}
