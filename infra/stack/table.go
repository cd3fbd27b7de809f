package stack

// indexName is the table's one index; store/dynamo asks for it by this name.
const indexName = "Index1"

// table is the table as store/dynamo makes it where there is no stack, with
// what a stack adds: recovery to any second of the last 35 days, and options.
func table(p Profile) object {
	var attributes []object
	for _, name := range []string{"_pk", "_sk", "_1pk", "_1sk"} {
		attributes = append(attributes, object{"AttributeName": name, "AttributeType": "S"})
	}
	index := object{
		"IndexName": indexName, "KeySchema": keySchema("_1pk", "_1sk"),
		"Projection": object{"ProjectionType": "ALL"},
	}
	replica := object{
		"Region":                           ref("AWS::Region"),
		"DeletionProtectionEnabled":        p.Keep,
		"PointInTimeRecoverySpecification": object{"PointInTimeRecoveryEnabled": true},
	}
	properties := object{
		"BillingMode":             "PAY_PER_REQUEST",
		"AttributeDefinitions":    attributes,
		"KeySchema":               keySchema("_pk", "_sk"),
		"GlobalSecondaryIndexes":  []object{index},
		"TimeToLiveSpecification": object{"AttributeName": "_ttl", "Enabled": true},
		"Replicas":                []object{replica},
	}
	optional(properties, "TableName", p.TableName)
	if p.WarmReads > 0 {
		warm := object{"ReadUnitsPerSecond": p.WarmReads, "WriteUnitsPerSecond": p.WarmWrites}
		properties["WarmThroughput"], index["WarmThroughput"] = warm, warm
	}
	if p.Key {
		properties["SSESpecification"] = object{"SSEEnabled": true, "SSEType": "KMS"}
		replica["SSESpecification"] = object{"KMSMasterKeyId": attribute("Key", "Arn")}
	}
	return p.kept(object{
		"Type":       "AWS::DynamoDB::GlobalTable", // with one replica; a second region is a line more
		"Properties": properties,
	})
}

func keySchema(partition, order string) []object {
	return []object{
		{"AttributeName": partition, "KeyType": "HASH"},
		{"AttributeName": order, "KeyType": "RANGE"},
	}
}
