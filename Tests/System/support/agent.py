"""A stand-in for the ECS agent: moto's machines run nothing, so their registration with the cluster is done here."""
import base64
import json
import re
import threading


class Agent:
    """Registers every running instance that has cld's tags with the cluster that its own user data names."""

    def __init__(self, cloud, **keys):
        self.ec2, self.ecs = cloud.client("ec2", **keys), cloud.client("ecs", **keys)
        self.registered = {}
        self.problem = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.wait(0.2):
            try:
                self._look()
            except Exception as problem:  # shown by the test that waits in vain
                self.problem = problem

    def _look(self):
        filters = [{"Name": "tag-key", "Values": ["cld:installation"]}, {"Name": "instance-state-name", "Values": ["running"]}]
        for reservation in self.ec2.describe_instances(Filters=filters)["Reservations"]:
            for instance in reservation["Instances"]:
                if instance["InstanceId"] not in self.registered:
                    self._register(instance["InstanceId"])

    def _register(self, instance):
        answer = self.ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")
        script = base64.b64decode(answer["UserData"]["Value"]).decode()
        cluster = re.search(r"ECS_CLUSTER=(\S+)", script).group(1)
        document = {"region": self.ec2.meta.region_name, "instanceId": instance, "accountId": "123456789012"}
        self.ecs.register_container_instance(cluster=cluster, instanceIdentityDocument=json.dumps(document))
        self.registered[instance] = cluster
