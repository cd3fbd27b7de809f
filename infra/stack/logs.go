package stack

// logGroup is a log that ends: without one, Lambda and API Gateway make theirs,
// which are kept for ever.
func logGroup(p Profile) object {
	properties := object{"RetentionInDays": p.LogDays}
	if p.Key {
		properties["KmsKeyId"] = attribute("Key", "Arn")
	}
	return object{
		"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete",
		"Properties": properties,
	}
}
