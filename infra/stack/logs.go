package stack

// Retentions are how many days CloudWatch Logs can keep a group, up to a year.
func Retentions() []int { return []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365} }

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
