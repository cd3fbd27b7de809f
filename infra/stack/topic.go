package stack

// addTopic returns whom alarms tell: a topic of the operator's, or one that sends
// mail to an address, or nobody.
func addTopic(resources object, p Profile) any {
	switch {
	case p.AlarmTopic != "":
		return p.AlarmTopic
	case p.AlarmEmail == "":
		return nil
	}
	topic := object{"DisplayName": "Tollgate " + p.Name}
	if p.Key {
		topic["KmsMasterKeyId"] = ref("Key")
	}
	resources["Alerts"] = object{"Type": "AWS::SNS::Topic", "Properties": topic}
	resources["AlertsMail"] = object{
		"Type":       "AWS::SNS::Subscription",
		"Properties": object{"TopicArn": ref("Alerts"), "Protocol": "email", "Endpoint": p.AlarmEmail},
	}
	resources["AlertsPolicy"] = object{
		"Type": "AWS::SNS::TopicPolicy",
		"Properties": object{
			"Topics": []object{ref("Alerts")},
			"PolicyDocument": policy(onlyTLS("sns:Publish", ref("Alerts")), object{
				"Effect": "Allow", "Action": "sns:Publish", "Resource": ref("Alerts"),
				"Principal": object{"Service": "cloudwatch.amazonaws.com"},
				"Condition": object{"StringEquals": object{"aws:SourceAccount": ref("AWS::AccountId")}},
			}),
		},
	}
	return ref("Alerts")
}
