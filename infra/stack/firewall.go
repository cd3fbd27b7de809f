package stack

// addFirewall refuses addresses that ask too often before a function is invoked
// for them, in OpenAI's words.
func addFirewall(resources object, p Profile) {
	counted := func(name string) object {
		return object{"CloudWatchMetricsEnabled": true, "MetricName": name, "SampledRequestsEnabled": false} // samples have headers, and so keys
	}
	resources["Firewall"] = object{
		"Type": "AWS::WAFv2::WebACL",
		"Properties": object{
			"Scope": "REGIONAL", "DefaultAction": object{"Allow": object{}}, "VisibilityConfig": counted("tollgate"),
			"CustomResponseBodies": object{"throttled": object{
				"ContentType": "APPLICATION_JSON",
				"Content":     errorBody(429, `"too many requests from this address"`, "throttling_error"),
			}},
			"Rules": []object{{
				"Name": "rate", "Priority": 0, "VisibilityConfig": counted("rate"),
				"Statement": object{"RateBasedStatement": object{
					"AggregateKeyType": "IP", "EvaluationWindowSec": 300, "Limit": p.FirewallRate,
				}},
				"Action": object{"Block": object{"CustomResponse": object{
					"ResponseCode": 429, "CustomResponseBodyKey": "throttled",
					"ResponseHeaders": []object{{"Name": "Retry-After", "Value": "60"}},
				}}},
			}},
		},
	}
	resources["FirewallAssociation"] = object{
		"Type": "AWS::WAFv2::WebACLAssociation",
		"Properties": object{
			"WebACLArn":   attribute("Firewall", "Arn"),
			"ResourceArn": sub("arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}"),
		},
	}
}
